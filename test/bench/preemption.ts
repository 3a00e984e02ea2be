/** What preemption checks cost programs that compute, against the same programs without them. */
import { guestFile, guestsOf } from "#guests";
import { type Figure, ratioFigure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { mustEnd, newSystem, read } from "./kernel.ts";
import { compare, type Comparison, cpuNs } from "#test/bench/statistics";
import { geometricMean, summarize } from "#test/bench/statistics";

const asked = { mean: 1.15, worst: 1.45 } as const;
/** A run should last about this long: many time slices, and not too long for eleven programs. */
const runNs = 80e6;

const system = newSystem();

/** Answers how many times a kernel's work fits into a run. */
async function countFor(run: (count: number) => Promise<number>): Promise<number> {
  for (let count = 1; ; count *= 2) {
    await run(count);
    const ns = await run(count);
    if (ns > runNs / 4) return Math.max(1, Math.round((count * runNs) / ns));
  }
}

async function compareKernel(name: string): Promise<Comparison> {
  const bytes = read(guestFile(`kernels/${name}`));
  const [checked, plain] = [true, false].map((isPreemptible) => {
    const program = system.load(bytes, { name, isPreemptible });
    return (count: number) =>
      cpuNs(() => mustEnd(system.start(program, { args: [String(count)] })));
  });
  if (checked === undefined || plain === undefined) throw new Error("there are two programs");
  const count = await countFor(plain);
  // Until the engine has compiled both as well as it can.
  await checked(count);
  return compare({ ours: () => checked(count), reference: () => plain(count) });
}

const kernels = guestsOf("kernels").map(({ name }) => name);
const comparisons: Comparison[] = [];
for (const name of kernels) comparisons.push(await compareKernel(name));

const rows = comparisons.map((comparison, index) =>
  ratioFigure(kernels[index] ?? "", comparison, { asked: undefined, of: "without" }),
);
const worst = rows.toSorted((a, b) => b.median - a.median)[0] as Figure;
const means = (comparisons[0]?.ratios ?? []).map((_, round) =>
  geometricMean(comparisons.map(({ ratios }) => ratios[round] ?? Number.NaN)),
);
const mean: Figure = {
  name: "geometric mean",
  unit: "×",
  asked: asked.mean,
  note: `${kernels.length} programs`,
  ...summarize(means),
};
sendAnswer([mean, { ...worst, name: "worst", asked: asked.worst, note: worst.name }, ...rows]);
