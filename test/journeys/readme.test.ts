import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { type Client, connect } from "#app/client";
import { ensureBuilt } from "#tools/build";
import { prepareShop } from "#tools/examples";
import { scratch, startNoos } from "./noos.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..");

/** A command of the README's consoles, and what it is shown to print. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

function shownIn(page: string): readonly Shown[] {
  const consoles = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return consoles.flatMap((text) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() };
      }),
  );
}

/**
 * Runs a command as somebody in the project's folder does, both streams as they come; but for
 * what it keeps in /tmp, which is ours to remove.
 */
async function shell(command: string, extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const own = { NOOS_CACHE: join(scratch, "cache"), SCRATCH: scratch };
  const env = { ...process.env, ...own, ...extra };
  const line = command.replaceAll("/tmp/", `"$SCRATCH"/`);
  const child = spawn("bash", ["-c", `exec 2>&1; ${line}`], { cwd: projectFolder, env });
  child.stdin.end();
  const pieces = await child.stdout.setEncoding("utf8").toArray();
  return pieces.join("").trimEnd();
}

/** What differs from one run to the next. */
function lasting(text: string): string {
  return text
    .replace(/^counted at .*$/m, "counted at some time, drawn by lot: some word")
    .replace(/ and at \d+ marks?$/m, ""); // A run that takes long is compared on its way, too.
}

const walkHeading = "\n## A walk through an app\n";
const tourHeading = "\n## A tour of a service\n";

suite("README", () => {
  const page = readFileSync(join(projectFolder, "README.md"), "utf8");
  const [before = ""] = page.split(walkHeading);
  const shown = shownIn(before).filter(({ command }) => command.startsWith("bin/noos"));
  assert.ok(shown.length > 5, "the README shows commands");

  for (const { command, output } of shown) {
    const skip = /\/tmp\/py\S*/.test(command) && "needs the program it installs just before";
    test(command, { skip }, async () => {
      assert.equal(lasting(await shell(command)), lasting(output));
    });
  }

  test("replays what it has recorded, to the last word", async () => {
    const find = (part: string): string => {
      const found = shown.find(({ command }) => command.includes(part));
      assert.ok(found !== undefined, `README has a command with ${part}`);
      return found.output;
    };
    assert.ok(find("noos replay /tmp").startsWith(find("--record")));
  });

  test("names files that are there", () => {
    const files = [...page.matchAll(/guests\/built\/\S+\.wasm/g)].map(([path]) => path);
    for (const file of files) assert.ok(existsSync(join(projectFolder, file)), file);
  });
});

/**
 * What of a command's output is the same on every machine. The oven is by chance somewhere between
 * two loaves; who was in the executor that was killed depends on how many there are.
 */
function shape(output: string): readonly string[] {
  const lines = output
    .split("\n")
    .filter((line) => !/ oven |^uploaded |^executor|^\d|^loaf|^data in/.test(line))
    .map((line) =>
      line
        .replace(/killed\(.*$/, "")
        .replace(/shop-kitchen-oven-\w+/g, "ID")
        .replace(/\d[\d.:TZ-]*( ?([KM]?i?B|ms|s|m)\b)?/g, "N")
        .replace(/ +/g, " ")
        .trim(),
    );
  // A slow machine may see a second crash.
  return [...new Set(lines)];
}

/** Waits until something is so; each test has a bound of time of its own. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A daemon on data of its own, once it is ready; and when it will be gone. */
async function startDaemon(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly gone: Promise<unknown> }> {
  const daemon = startNoos(["up", ...words], { env });
  const ready = Promise.withResolvers<void>();
  let said = "";
  daemon.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
    if (said.includes("ready at")) ready.resolve();
  });
  const gone = new Promise((resolve) => daemon.once("exit", resolve));
  await Promise.race([ready.promise, gone]);
  return { gone };
}

suite("README: the walk through an app", { timeout: 90_000 }, () => {
  const page = readFileSync(join(projectFolder, "README.md"), "utf8");
  const [, walk = ""] = page.split(walkHeading);
  const [section = ""] = walk.split("\n## ");
  const steps = shownIn(section);
  const data = join(scratch, "walk");
  // Any port: another daemon may have the usual one.
  const env = { NOOS_DATA: data, NOOS_AT: "", NOOS_HTTP: "127.0.0.1:0" };

  /** What each command of the walk expects, and what is not the same twice. */
  async function follow(client: Client, step: Shown): Promise<string> {
    if (step.command.startsWith("kill -9 ")) {
      const [executor] = (await client.status()).executors;
      assert.ok(executor?.pid !== undefined, "an executor runs");
      const killed = executor.pid;
      process.kill(killed, "SIGKILL");
      await until(async () => {
        const { executors, apps } = await client.status();
        const isAnew = executors[0]?.pid !== undefined && executors[0].pid !== killed;
        return isAnew && apps.every(({ running, wanted }) => running === wanted);
      });
      return "";
    }
    if (step.command !== "bin/noos crashes" && !step.command.includes("replay")) {
      return shell(step.command, env);
    }
    await until(async () => (await client.crashes()).length > 0);
    const [crash] = (await client.crashes()).slice(-1);
    return shell(step.command.replace(/shop-kitchen-oven-\w+/, `${crash?.id}`), env);
  }

  test("goes as it is shown, from the deploy to the replay of a crash", async (t) => {
    const { missing } = await prepareShop({ fetch: false });
    if (missing.size > 0) {
      t.skip([...missing].map(([spec, why]) => `${spec}: ${why}`).join("; "));
      return;
    }
    const { gone } = await startDaemon([], env);
    const client = connect({ at: join(data, "noos.sock") });
    assert.ok(steps.length >= 6, "the walk has its steps");
    for (const step of steps) {
      const output = await follow(client, step);
      assert.deepEqual(shape(output), shape(step.output), step.command);
    }
    await gone;
  });
});

suite("README: the tour of a service", { timeout: 90_000 }, () => {
  const page = readFileSync(join(projectFolder, "README.md"), "utf8");
  const [, tour = ""] = page.split(tourHeading);
  const [section = ""] = tour.split("\n## ");
  const steps = shownIn(section);
  const data = join(scratch, "tour");
  const env = { NOOS_DATA: data, NOOS_AT: "" };

  /** How many requests got which answer depends on the machine; none may be missing. */
  function summed(output: string): readonly string[] {
    const lines = output.split("\n").slice(1);
    const counts = lines.map((line) => Number.parseInt(line, 10));
    const answers = lines.map((line) => line.replace(/^ *\d+ /, ""));
    const known = ["hello from hello", "welcome to hello"];
    assert.ok(
      answers.every((answer) => known.includes(answer)),
      output,
    );
    return [`${counts.reduce((sum, count) => sum + count, 0)} answers`];
  }

  test("goes as it is shown, from a new app to its upgrade under load", async () => {
    await ensureBuilt();
    const { gone } = await startDaemon(["--http", "127.0.0.1:0"], env);
    const client = connect({ at: join(data, "noos.sock") });
    const { http = "" } = await client.status();
    assert.ok(steps.length >= 8, "the tour has its steps");
    for (const { command, output } of steps) {
      const isPause = command.startsWith("sleep ");
      if (isPause) {
        await until(async () => {
          const views = await client.processes("hello");
          return views.every(({ serving }) => (serving?.ready ?? 0) === 0);
        });
      }
      const line = command.replace(/^sleep \d+; /, "").replace("http://127.0.0.1:8080", http);
      const said = (await shell(line, env)).replaceAll(`${scratch}/`, "/tmp/");
      const isLoad = command.includes("uniq -c");
      const [found, wanted] = [said, output].map((text) => (isLoad ? summed(text) : shape(text)));
      assert.deepEqual(found, wanted, command);
    }
    await gone;
  });
});
