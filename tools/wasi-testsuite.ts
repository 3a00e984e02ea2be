/**
 * Runs the public conformance programs of WASI preview 1 through our command and prints a table:
 * `node tools/wasi-testsuite.ts FOLDER [NAME…]`. FOLDER is a checkout of the suite's branch of
 * prebuilt programs; they are not part of this project. Names choose programs by a part of theirs.
 */
import { cp, glob, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { chooseRunner, type GuestOutcome } from "#test/programs";

/** What stands beside a program, as far as the suite's programs for preview 1 use it. */
interface Specification {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface Row {
  readonly language: string;
  readonly name: string;
  /** Undefined if it passed. */
  readonly problem: string | undefined;
}

const runner = chooseRunner("noos");

async function specificationOf(file: string): Promise<Specification> {
  const text = await readFile(file.replace(/\.wasm$/, ".json"), "utf8").catch(() => "{}");
  return JSON.parse(text) as Specification;
}

/** A copy of the folder that the program is to see, without what earlier runs left behind. */
async function copyRoot(root: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "noos-suite-"));
  await cp(root, copy, { recursive: true });
  for (const name of await readdir(copy, { recursive: true })) {
    if (name.endsWith(".cleanup")) await rm(join(copy, name), { recursive: true, force: true });
  }
  return copy;
}

function judge(wanted: Specification, outcome: GuestOutcome): string | undefined {
  const ending = `exited(${wanted.exit_code ?? 0})`;
  if (outcome.ending !== ending) {
    return `${outcome.ending}, wanted ${ending}: ${outcome.stderr.trim().slice(-300)}`;
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const text = wanted[stream];
    if (text !== undefined && text !== outcome[stream]) return `${stream} differs`;
  }
  return undefined;
}

async function runProgram(file: string): Promise<Row> {
  const wanted = await specificationOf(file);
  const { args = [], env = {}, root } = wanted;
  const directory = root === undefined ? undefined : await copyRoot(join(dirname(file), root));
  try {
    const grant = directory === undefined ? {} : { directory };
    const outcome = await runner({ file, args, env, ...grant });
    const language = basename(join(file, "..", "..", ".."));
    return { language, name: basename(file, ".wasm"), problem: judge(wanted, outcome) };
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [folder, ...names] = positionals;
  if (folder === undefined) {
    console.error("wasi-testsuite: expected the folder of the suite");
    return 2;
  }
  const pattern = join(folder, "tests", "*", "testsuite", "wasm32-wasip1", "*.wasm");
  const files = (await Array.fromAsync(glob(pattern))).sort();
  const chosen = files.filter(
    (file) => names.length === 0 || names.some((name) => basename(file).includes(name)),
  );
  let passed = 0;
  for (const file of chosen) {
    const { language, name, problem } = await runProgram(file);
    if (problem === undefined) passed += 1;
    const mark = problem === undefined ? "✓" : "✗";
    console.log(`${mark} ${language.padEnd(15)} ${name.padEnd(40)} ${problem ?? ""}`.trimEnd());
  }
  console.log(`\n${passed} of ${chosen.length} pass`);
  return passed === chosen.length && passed > 0 ? 0 : 1;
}

process.exitCode = await main();
