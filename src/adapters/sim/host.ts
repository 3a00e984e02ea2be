import { SeededRandom } from "#core/base";
import type { Blobs, Executor, SharedOutside } from "#core/host";
import { memoryBlobs } from "./blobs.ts";
import { simulatedCodec } from "./codec.ts";
import { CollectingSink } from "./collecting-sink.ts";
import { SimulatedNetwork } from "./network.ts";
import { SimulatedDirectory } from "./outside-directory.ts";
import { SimulatedFamily, type SimulatedFamilyOptions } from "./simulated-family.ts";
import { ScriptedSource } from "./scripted-source.ts";
import { VirtualTime } from "./virtual-time.ts";
import { SimulatedWatchdog } from "./watchdog.ts";

/** 2026-01-01T00:00:00Z, when every simulation starts. */
const epochNs = 1_767_225_600_000_000_000n;

const encoder = new TextEncoder();

export interface SimulationOptions {
  readonly seed: number;
  /** The part of all slices that ends at its first check: 0 (the default) to 1. */
  readonly preemptShare?: number;
  /** Virtual time a check of a running program takes, 1 µs by default. */
  readonly checkNs?: number;
  /** Sources answer with any number of the bytes that are there, as real ones do. */
  readonly shortReads?: boolean;
}

/** A whole host from a seed: it is the executor's ports, and makes everything else. */
export interface SimulatedHost extends Executor {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly outside: SharedOutside;
  readonly blobs: Blobs;
  readonly network: SimulatedNetwork;
  /** Sets the host's clock forward or back; the monotonic clock goes on as before. */
  stepRealtime(ns: bigint): void;
  /** A source holding `content`, and then the end; without `content`, one to feed. */
  source(content?: Uint8Array | string): ScriptedSource;
  sink(options?: { readonly roomBytes?: number }): CollectingSink;
  /** An outside directory with these files in it, by their paths. */
  directory(
    files?: Readonly<Record<string, Uint8Array | string>>,
    options?: { readonly readOnly?: boolean; readonly bytesMax?: number },
  ): SimulatedDirectory;
  /** A family whose children live as their specs say. */
  family(options?: SimulatedFamilyOptions): SimulatedFamily;
}

/** A host without a machine: the same seed and the same calls give the same run. */
export function simulatedHost(options: SimulationOptions): SimulatedHost {
  const time = new VirtualTime();
  const random = new SeededRandom(options.seed);
  const shortReads = options.shortReads === true ? branch(random) : undefined;
  let realtimeOffsetNs = epochNs - BigInt(time.monotonicNs());
  const monotonicNs = (): bigint => BigInt(Math.round(time.monotonicNs()));
  const realtimeNs = (): bigint => realtimeOffsetNs + monotonicNs();
  return {
    time,
    random,
    clock: time,
    turns: time,
    codec: simulatedCodec,
    watchdog: new SimulatedWatchdog({
      time,
      random: branch(random),
      preemptShare: options.preemptShare ?? 0,
      checkNs: options.checkNs ?? 1_000,
    }),
    heap: { bytesMax: 2 ** 31, usedBytes: () => 0, liveBytes: () => 0 },
    outside: {
      clock: { realtimeNs, monotonicNs },
      entropy: branch(random),
      timers: time,
    },
    blobs: memoryBlobs(),
    network: new SimulatedNetwork(time),
    stepRealtime(ns) {
      realtimeOffsetNs += ns;
    },
    source(content) {
      const source = new ScriptedSource(time, { shortReads });
      return content === undefined ? source : source.feed(content).end();
    },
    family: (familyOptions) => new SimulatedFamily(time, familyOptions),
    sink: (sinkOptions) => new CollectingSink(time, sinkOptions),
    directory(files, directoryOptions) {
      const directory = new SimulatedDirectory({ ...directoryOptions, nowNs: realtimeNs });
      for (const [path, content] of Object.entries(files ?? {})) {
        directory.plant(path, typeof content === "string" ? encoder.encode(content) : content);
      }
      return directory;
    },
  };
}

/** A stream of its own for each use, so that one more draw here changes nothing there. */
function branch(random: SeededRandom): SeededRandom {
  return new SeededRandom(random.next());
}
