/** A real daemon, `bin/noos up`, on a data folder of its own, and what tests ask of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { guestFile } from "#guests";
import { type Client, connect, type EventView } from "#app/client";

const noosProgram = resolve(import.meta.dirname, "..", "..", "bin", "noos");

/** Of the tests here nothing takes longer, or something is wrong. */
const patienceMs = 60_000;

/** As `nohup` starts it: the end of its terminal is nothing to it. */
export const byNohup: readonly string[] = ["sh", "-c", 'trap "" HUP; exec "$0" "$@"'];

/** With a small disk of its own for crashes. */
export const byCrashDisk: readonly string[] = [
  "unshare",
  "--user",
  "-rm",
  "sh",
  "-c",
  'd=$NOOS_DATA/crashes; mkdir "$d" && mount -t tmpfs -o size=200k noos "$d" && exec "$0" "$@"',
];

export interface RunningDaemon {
  readonly client: Client;
  readonly dataFolder: string;
  readonly child: ChildProcess;
  /** OS processes of its executors. */
  executorPids(): Promise<readonly number[]>;
  /** Ends it as nothing can resist, and waits until it is gone. */
  kill(): Promise<void>;
  /** Ends it in order. */
  end(): Promise<void>;
}

/** A folder for a daemon's data, whose socket's name is short enough wherever it is. */
function dataFolder(context: TestContext): string {
  const usual = tmpdir();
  const folder = mkdtempSync(join(usual.length > 40 ? "/tmp" : usual, "noos-up-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a daemon and waits until it is ready. */
export async function up(
  context: TestContext,
  options: {
    readonly data?: string;
    readonly words?: readonly string[];
    /** A command that becomes the one that it is given. */
    readonly by?: readonly string[];
  } = {},
): Promise<RunningDaemon> {
  const data = options.data ?? dataFolder(context);
  const env = { ...process.env, NOOS_DATA: data, NOOS_AT: "" };
  const words = [...(options.by ?? []), noosProgram, "up", ...(options.words ?? [])];
  const child = spawn("/usr/bin/env", words, {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  context.after(() => child.kill("SIGKILL"));
  await firstLine(child, /^noos: ready at /m);
  const client = connect({ at: join(data, "noos.sock") });
  const gone = once(child, "exit");
  return {
    client,
    dataFolder: data,
    child,
    executorPids: async () =>
      (await client.status()).executors.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async end() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess, wanted: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
    if (wanted.test(said)) resolve();
  });
  child.once("exit", (status) => reject(new Error(`it ended with ${status}: ${said}`)));
  await promise;
}

/** A section of a module that means nothing, and makes another image of it. */
function mark(text: string): Uint8Array {
  const name = Buffer.from(text);
  return Buffer.concat([Uint8Array.of(0, name.length + 1, name.length), name]);
}

/**
 * Uploads guests and deploys a manifest whose images are their names: `basics/sleep`. With another
 * `build` the same programs are other images.
 */
export async function deploy(client: Client, manifest: string, build?: string): Promise<void> {
  const names = [...manifest.matchAll(/image: "?([a-z-]+\/[a-z-]+)/g)].map(([, name]) => `${name}`);
  const images: Record<string, string> = {};
  for (const name of new Set(names)) {
    const guest = readFileSync(guestFile(name as Parameters<typeof guestFile>[0]));
    const bytes = build === undefined ? guest : Buffer.concat([guest, mark(build)]);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (!(await client.hasImage(digest))) await client.putImage(digest, bytes);
    images[name] = digest;
  }
  await client.deploy({ manifest, file: "noos.yaml", base: "/", images });
}

/** What happens from the beginning on, until `isEnough` says so. */
export async function eventsUntil(
  client: Client,
  isEnough: (events: readonly EventView[]) => boolean,
): Promise<readonly EventView[]> {
  const events: EventView[] = [];
  const signal = AbortSignal.timeout(patienceMs);
  for await (const event of client.events({ after: "oldest", signal })) {
    events.push(event);
    if (isEnough(events)) break;
  }
  return events;
}

/** How many events are of this kind, of this path. */
export function count(events: readonly EventView[], kind: string, path: string): number {
  return events.filter((event) => event.kind === kind && event.path === path).length;
}

/** Whether an OS process is there, and not only its entry for whoever waits for it. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What an OS process has open. */
export function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });
}

/** Asks again until it is so. Every test has a bound of time of its own. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
