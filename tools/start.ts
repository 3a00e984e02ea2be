/**
 * `npm start`: the main job, shown. Runs an example program as its user would, in a limit, and
 * again from a recording: each command stands above what it prints. Ends with 0 when all of it
 * came out as it should.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, formatSeconds, runCommand } from "./command.ts";

interface Step {
  readonly title: string;
  /** What follows `bin/noos`. */
  readonly words: readonly string[];
  readonly status: number;
  /** What its output has to begin with, where that is known. */
  readonly begins?: string;
}

const built = "guests/built";
const words = [`${built}/basics/words.wasm`, "-s", "/docs/manual/run.md"];

const scratch = mkdtempSync(join(tmpdir(), "noos-start-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const recording = join(scratch, "words.rec");

let failedCount = 0;

/** Shows one command and what it prints, and notes whether that is as expected. */
async function show({ title, words: rest, status, begins = "" }: Step): Promise<CommandResult> {
  console.log(`── ${title} ${"─".repeat(Math.max(0, 84 - title.length))}\n`);
  console.log(`$ bin/noos ${rest.join(" ")}\n`);
  const result = await runCommand(["bin/noos", ...rest]);
  console.log(result.output.trimEnd());
  const isExpected = result.status === status && result.output.startsWith(begins);
  if (!isExpected) failedCount += 1;
  const [mark, verdict] = isExpected ? ["✓", "as it should"] : ["✗", `it should be ${status}`];
  const time = formatSeconds(result.elapsedMs);
  console.log(`\n${mark} status ${result.status}, ${verdict} (${time})\n`);
  return result;
}

await show({
  title: "a program, granted one directory to read, and what it used",
  words: ["run", "--stats", "--dir", "docs::/docs:ro", ...words],
  status: 0,
});

await show({
  title: "a program that never ends, in a limit: 300 ms to compute",
  words: ["run", "--cpu-time", "300ms", `${built}/hostile/spin.wasm`],
  status: 124,
});

const recorded = await show({
  title: "the first one again, recorded",
  words: ["run", "--dir", "docs::/docs:ro", "--record", recording, ...words],
  status: 0,
});

await show({
  title: "and played back, with no directory, no clock, no chance: the same to the last byte",
  words: ["replay", recording],
  status: 0,
  begins: recorded.output,
});

if (failedCount > 0) console.log(`${failedCount} of these did not go as they should`);
process.exitCode = failedCount === 0 ? 0 : 1;
