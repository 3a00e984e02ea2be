/**
 * Runs that start from a number: which numbers, and what to type when one of them fails.
 *
 * Knows: the environment variables that choose seeds. Without any, a fixed row of them is run, so
 * that two runs of the suite are the same; more and other ones are asked for by
 *
 *     NOOS_SEEDS=500            so many in place of the usual number
 *     NOOS_FIRST_SEED=10000     counted from here
 *     NOOS_SEED=17              this one alone
 *
 * Must hold: a failure names its seed and the command that repeats it.
 * Never imports: anything of the project.
 */
import { relative } from "node:path";

export interface Seeds {
  /** Seeds that have failed once; they are always run. */
  readonly kept?: readonly number[];
  /** How many others are run when nobody asks for a number of them. */
  readonly count: number;
}

/** Runs `run` with one seed after the other; `file` is the test's `import.meta.filename`. */
export async function forEachSeed(
  file: string,
  seeds: Seeds,
  run: (seed: number) => Promise<void> | void,
): Promise<void> {
  for (const seed of chosen(seeds)) {
    try {
      await run(seed);
    } catch (cause) {
      const command = `NOOS_SEED=${seed} node --test ${relative(process.cwd(), file)}`;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`seed ${seed}: ${reason}\nrepeat it with: ${command}`, { cause });
    }
  }
}

function chosen({ kept = [], count }: Seeds): readonly number[] {
  const only = numberFrom("NOOS_SEED");
  if (only !== undefined) return [only];
  const first = numberFrom("NOOS_FIRST_SEED") ?? 1;
  const wanted = numberFrom("NOOS_SEEDS") ?? count;
  return [...kept, ...Array.from({ length: wanted }, (_, index) => first + index)];
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new Error(`${variable} is "${text}": expected a whole number`);
  }
  return number;
}
