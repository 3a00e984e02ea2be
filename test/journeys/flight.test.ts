import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { collect, type Ended, guest, noos, scratch } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** An embedder's project, whose one program runs a process under a flight recorder. */
const folder = join(scratch, "flight");
mkdirSync(join(folder, "node_modules"), { recursive: true });
symlinkSync(projectFolder, join(folder, "node_modules", "noos"), "dir");
writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
const script = join(folder, "fly.ts");
writeFileSync(
  script,
  `import { readFileSync, writeFileSync } from "node:fs";
import { FlightRecorders, nodeHost, System } from "noos";

const [path, crash, given = "{}"] = process.argv.slice(2);
const { processBytesMax, ...options } = JSON.parse(given);
const host = nodeHost();
const system = new System(host);
const flights = new FlightRecorders(host, { processBytesMax });
const bytes = readFileSync(path);
const program = system.load(bytes);
const flight = flights.recorder(program);
const running = system.start(program, { ...options, boundary: flight.boundary });
await running.exit;
process.stdout.write(running.output());
if (flight.hasFailure) writeFileSync(crash, Buffer.concat([...flight.take(() => bytes)]));
`,
);

/** Runs a copy of a guest, which is gone when its crash is replayed. */
async function fly(
  name: string,
  crash: string,
  options: object = {},
): Promise<{ readonly run: Ended; readonly crash: string }> {
  const copy = join(folder, "program.wasm");
  writeFileSync(copy, readFileSync(guest(name)));
  const path = join(folder, crash);
  const env = { ...process.env, NOOS_CACHE: join(scratch, "cache") };
  const words = ["--disable-warning=ExperimentalWarning", script, copy, path];
  const child = spawn(process.execPath, [...words, JSON.stringify(options)], { env });
  const run = await collect(child);
  rmSync(copy);
  assert.deepEqual([run.status, run.stderr], [0, ""]);
  return { run, crash: path };
}

suite("a crash that a flight recorder wrote", () => {
  test("is replayed by noos replay, and ends as it ended", async () => {
    const { run, crash } = await fly("hostile/trap", "trap.rec", { args: ["unreachable"] });
    const replayed = await noos(["replay", crash]);
    assert.deepEqual([replayed.status, replayed.stdout], [126, run.stdout]);
    assert.match(replayed.stderr, /trapped\(unreachable\), memory the same at the end\n$/);
  });

  test("of a limit is replayed as well", async () => {
    const options = { stdin: "word ".repeat(100), limits: { output: 200 } };
    const { run, crash } = await fly("basics/echo", "output.rec", options);
    const replayed = await noos(["replay", crash]);
    assert.deepEqual([replayed.status, replayed.stdout], [124, run.stdout]);
    assert.match(replayed.stderr, /killed\(output 200 B\), memory the same/);
  });

  test("does not exist of a process that exits with 0", async () => {
    const { crash } = await fly("basics/hello", "none.rec");
    assert.equal(statSync(crash, { throwIfNoEntry: false }), undefined);
  });

  test("is shown, and not replayed, when its beginning is gone", async () => {
    const { crash } = await fly("basics/words", "tail.rec", {
      args: ["-"],
      stdin: "many words come in here\n".repeat(4000),
      limits: { output: 10 },
      processBytesMax: 16 * 1024,
    });
    const shown = await noos(["replay", crash]);
    assert.equal(shown.status, 123);
    assert.match(
      shown.stderr,
      /\nlast inputs:\n {2}\d+ .*many words.* comes in on stdin, and \d+ more that/,
    );
    assert.match(shown.stderr, /\nlast calls:\n {2}\d+ fd_read\(0, \d+, \d+, \d+\) = ok\n/);
    assert.match(shown.stderr, /\nended: killed\(output 10 B\)\nin hand at the end:\n {2}memory/);
    assert.match(shown.stderr, /\nnoos: cannot replay the recording: .*\n {6}next: .*\n$/);
    const json = JSON.parse((await noos(["replay", "--json", crash])).stderr);
    assert.deepEqual([json.status, json.code], [123, "RECORDING_TAIL"]);
    const other = await noos(["replay", "--with", guest("basics/words"), crash]);
    assert.equal(other.status, 123);
  });
});
