/** A daemon with both ways in, as somebody starts it, and the apps that its clients ask. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";
import { ensureBuilt } from "#tools/build";

const execute = promisify(execFile);

export const projectFolder: string = resolve(import.meta.dirname, "..", "..", "..");
const noosProgram = join(projectFolder, "bin", "noos");

/** The app of these tests: what no example has. */
export const ownApp: string = join(import.meta.dirname, "app");

/** The path of a socket may have some hundred bytes, and no more. */
const scratchRoot = tmpdir().length <= 40 ? tmpdir() : "/tmp";

/** An empty folder that is gone after the tests. */
export const scratch: string = mkdtempSync(join(scratchRoot, "noos-clients-"));

const living = new Set<ChildProcess>();
after(async () => {
  await Promise.all(Array.from(living, endChild));
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

/** Ends with the tests, whatever becomes of them; on its way there, as with Ctrl-C. */
export function endsWithTests<T extends ChildProcess>(child: T): T {
  living.add(child);
  child.once("exit", () => living.delete(child));
  return child;
}

async function endChild(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGINT");
  await gone;
}

/** Where the daemon is asked, by each of its ways in. */
export interface Served {
  readonly http: string;
  readonly https: string;
  /** Deploys the app of a folder, for good. */
  readonly deploy: (folder: string) => Promise<void>;
  /** Deploys it for as long as `use` takes: two apps may want the same route. */
  readonly withApp: <T>(app: string, folder: string, use: () => Promise<T>) => Promise<T>;
}

/** Starts a daemon that ends with the tests. */
export async function serve(): Promise<Served> {
  await ensureBuilt();
  const env = { ...process.env, NOOS_DATA: mkdtempSync(join(scratch, "d-")), NOOS_AT: "" };
  const words = ["up", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0"];
  const child = endsWithTests(spawn(noosProgram, words, { cwd: scratch, env }));
  child.stdout.resume();
  let said = "";
  const ready = Promise.withResolvers<void>();
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    said += piece;
    if (/^noos: ready at .*\n/m.test(said)) ready.resolve();
  });
  child.once("exit", () => ready.reject(new Error(`it ended: ${said}`)));
  await ready.promise;
  const at = (scheme: string): string => {
    const [, port] = new RegExp(`${scheme}://\\S+?:(\\d+)`).exec(said) ?? [];
    if (port === undefined) throw new Error(`nothing said of ${scheme}, but: ${said}`);
    return `${scheme}://localhost:${port}`;
  };
  const deploy = async (folder: string): Promise<void> => {
    await execute(noosProgram, ["deploy", folder], { env });
  };
  return {
    http: at("http"),
    https: at("https"),
    deploy,
    async withApp(app, folder, use) {
      await deploy(folder);
      try {
        return await use();
      } finally {
        await execute(noosProgram, ["rm", app], { env });
      }
    },
  };
}
