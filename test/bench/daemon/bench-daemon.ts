import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { guestFile } from "#guests";
import { type Client, connect } from "#app/client";

type GuestName = Parameters<typeof guestFile>[0];

/** A daemon as users have it, on an empty state. */
export class BenchDaemon {
  readonly client: Client;
  /** The port by which requests come in, if it was told to have one. */
  readonly requestsPort: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, data: string, said: string) {
    this.#child = child;
    this.requestsPort = Number(/requests at http:\/\/[^ ]*:(\d+)/.exec(said)?.[1]);
    this.client = connect({ at: join(data, "noos.sock") });
  }

  /**
   * Answers the daemon, and how long it took until it said that it is ready. `noos` is the program,
   * perhaps after the words of one that starts it.
   */
  static async start(
    noos: string | readonly string[],
    data: string,
    words: readonly string[] = ["--executors", "2"],
  ): Promise<{ readonly daemon: BenchDaemon; readonly readyMs: number }> {
    const startMs = performance.now();
    const [command = "", ...rest] = typeof noos === "string" ? [noos] : noos;
    const child = spawn(command, [...rest, "up", "--data", data, ...words], {
      env: { ...process.env, NOOS_AT: "", NOOS_CACHE: join(data, "cache") },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    for await (const bytes of child.stderr) {
      said += String(bytes);
      if (said.includes("ready at")) break;
    }
    return { daemon: new BenchDaemon(child, data, said), readyMs: performance.now() - startMs };
  }

  /** Daemon first, then executors. */
  async pids(): Promise<readonly number[]> {
    const { pid, executors } = await this.client.status();
    return [pid, ...executors.flatMap((each) => each.pid ?? [])];
  }

  /** Deploys a manifest whose images are names of guests, uploads included. */
  async deploy(manifest: string, guests: readonly GuestName[]): Promise<void> {
    const images: Record<string, string> = {};
    for (const name of guests) {
      const bytes = readFileSync(guestFile(name));
      images[name] = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      await this.client.putImage(images[name], bytes);
    }
    await this.client.deploy({ manifest, file: "noos.yaml", base: "/", images });
  }

  /** Until so many processes of the only app run. */
  async untilRunning(count: number): Promise<void> {
    for (;;) {
      const [app] = (await this.client.status()).apps;
      if (app?.running === count) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}

/** Processor time of OS processes so far, in seconds. */
export function cpuSeconds(pids: readonly number[]): number {
  const ticksPerSecond = 100;
  return pids.reduce((sum, pid) => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }, 0);
}

/**
 * What OS processes hold, each page counted once, in MB; and how much of it lies in mappings that
 * are as large as one guest's memory, which is what guests have touched.
 */
export function heldMegabytes(
  pids: readonly number[],
  guestBytes: number,
): { readonly all: number; readonly guests: number } {
  const sums = { all: 0, guests: 0 };
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    sums.all += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]) * 1024;
    const maps = readFileSync(`/proc/${pid}/smaps`, "utf8");
    for (const [, sizeKb, rssKb] of maps.matchAll(/^Size:\s+(\d+) kB[^]*?^Rss:\s+(\d+) kB/gm)) {
      if (Number(sizeKb) * 1024 === guestBytes) sums.guests += Number(rssKb) * 1024;
    }
  }
  return { all: sums.all / 1e6, guests: sums.guests / 1e6 };
}
