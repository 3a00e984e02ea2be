/**
 * CPython doing real work, each time in an OS process of its own: under `noos run`, recorded into a
 * file and not; in a system of an embedder, with a flight recorder and without.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileOf, whyMissing } from "#tools/toolchain";
import { ratioFigure } from "#test/bench/statistics";
import { giveUp, sendAnswer } from "./fresh-process.ts";
import { publishedNoos } from "./noos-command.ts";
import { scratchFolder, Spawner } from "./reference.ts";
import { compare } from "#test/bench/statistics";

const asked = 1.05;
/** How often the script does its work: enough for a few seconds. */
const turns = 8;

const missing = whyMissing(["python"]);
if (missing !== undefined) giveUp(missing);

const spawner = new Spawner();
const noos = await publishedNoos();
const folder = scratchFolder();
copyFileSync(join(import.meta.dirname, "work.py"), join(folder, "work.py"));
const env = { ...process.env, NOOS_CACHE: scratchFolder() };

function python(...options: readonly string[]): number {
  const run = [noos, "run", "--dir", `${folder}::/`, ...options];
  return spawner.timeNs(1, [...run, fileOf("python") ?? "", "/work.py", String(turns)], env);
}

function embedded(how: "recorded" | "plain"): number {
  const script = join(import.meta.dirname, "flight", "run.ts");
  const run = [process.execPath, "--disable-warning=ExperimentalWarning", script, how];
  return spawner.timeNs(
    1,
    [...run, fileOf("python") ?? "", folder, "/work.py", String(turns)],
    env,
  );
}

const recording = join(scratchFolder(), "work.recording");
const comparison = await compare(
  { ours: () => python("--record", recording), reference: () => python() },
  9,
);
const flight = await compare(
  { ours: () => embedded("recorded"), reference: () => embedded("plain") },
  9,
);
sendAnswer([
  ratioFigure("a recorded run", comparison, { asked, of: "not recorded" }),
  ratioFigure("flight recorder / run", flight, { asked, of: "without" }),
]);
