import type { ChildId, Notice, SpawnRequest } from "#core/host";
import type { DirectoryGrant, ErrnoName, ExitReason, Limits } from "#core/sys";

import type { FindingReport } from "#pool/scale/finding";
import type { LoadReport } from "#pool/scale/spread";
import type { Traffic, UnlistedCall } from "#pool/traffic";
import type { RehearsalReport, RenewalNews } from "#pool/renewal";
import type { ServedElsewhere, ServeOrder } from "./serving.ts";
import type { Backlog, Post, PostAnswer, Summons, SummonsEnd } from "#pool/host/summons";

/** The number of one life of one process, given by the daemon and never used twice. */
export type Life = number & { readonly life: unique symbol };

/** All that an executor needs to start a process. Plain data. */
export interface ProcessOrder {
  readonly life: Life;
  /** What the process is called: its path in the tree, `shop/front/api.2`. */
  readonly path: string;
  /** The digest of its image. */
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Partial<Limits>;
  readonly directories: readonly DirectoryGrant[];
  /** Addresses as `parseAddress` reads them. */
  readonly listen: readonly string[];
  readonly connect: readonly string[];
  /** Whom it may make requests to, as `parseCallee` reads them for a process of its app. */
  readonly call: readonly string[];
  /** Requests to others are made, too, and counted; without it they are refused, and counted. */
  readonly unlisted?: "count";
  /** The program that started it, on the same executor: they share its part of the CPU. */
  readonly parent?: Life;
  /**
   * Of one that answers requests. What runs then are instances, which come and go with them; the
   * life is that of all of them together.
   */
  readonly serve?: ServeOrder;
}

/** Whether instances of one order are as good as those of the other. */
export function isSameBuild(one: ProcessOrder, other: ProcessOrder): boolean {
  const textOf = (order: ProcessOrder): string =>
    JSON.stringify({ ...order, life: 0, serve: order.serve?.as });
  return textOf(one) === textOf(other);
}

/** What a daemon tells an executor. */
export type ExecutorOrder =
  | { readonly kind: "start"; readonly processes: readonly ProcessOrder[] }
  /** Hands the process an exit notice; one that cannot be asked is ended. */
  | { readonly kind: "ask"; readonly life: Life; readonly graceNs: number }
  | { readonly kind: "end"; readonly life: Life; readonly who: string }
  /** From now on it serves so: with new instances, and when one is ready without the old. */
  | { readonly kind: "renew"; readonly order: ProcessOrder }
  /** Work for a process that serves; answer with `summoned` for each. */
  | { readonly kind: "summon"; readonly life: Life; readonly summons: readonly Summons[] }
  /** What waits for a process that consumes; answer with `room` when that is another. */
  | { readonly kind: "backlog"; readonly life: Life; readonly backlog: Backlog }
  /** Answers a `post`. */
  | {
      readonly kind: "posted";
      readonly request: number;
      readonly answer: PostAnswer | undefined;
    }
  /** What has a part of the calls has all of them from now on. */
  | { readonly kind: "promote"; readonly life: Life }
  /**
   * Other executors serve in its place: of a process that serves, requests that are handed on are
   * still answered, and it is over once it has none. A `renew` that comes before keeps it.
   */
  | { readonly kind: "leave"; readonly life: Life }
  /** Answers the program's last `spawn`. */
  | { readonly kind: "spawned"; readonly life: Life; readonly answer: ChildId | ErrnoName }
  /** Tells the program of a child's end. */
  | { readonly kind: "notice"; readonly life: Life; readonly notice: Notice }
  /** All that serves on other executors; what was told before is void. */
  | { readonly kind: "elsewhere"; readonly served: readonly ServedElsewhere[] }
  /** Accepts raw connections for these routes, whose addresses it was lent, and for no others. */
  | { readonly kind: "accept"; readonly routes: readonly string[] }
  /** All that was wanted at its start has been ordered: lets requests in; answer with `ready`. */
  | { readonly kind: "open" }
  /**
   * Answer with `rehearsed` or `not-rehearsed`: requests of late are made again of what would serve
   * by this order, aside and without effects.
   */
  | { readonly kind: "rehearse"; readonly request: number; readonly order: ProcessOrder }
  /** Answer with `alive`, at once. */
  | { readonly kind: "probe" }
  /** Answer with `measured`. */
  | { readonly kind: "measure"; readonly request: number }
  /** Answer with `explained`: what was decided lately about one that serves, and why. */
  | { readonly kind: "explain"; readonly request: number; readonly life: Life }
  /**
   * Answer with `output`: what the processes of this path wrote last. After `after` bytes only
   * what is new need be sent; where they wrote less than that, all.
   */
  | {
      readonly kind: "read-output";
      readonly request: number;
      readonly path: string;
      readonly after?: number;
    };

/** What a process used so far. */
export interface ProcessUsage {
  readonly cpuNs: number;
  readonly wallNs: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number;
  readonly calls: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Time it waited: for something to come, or for its turn. */
  readonly waitNs: number;
}

/** Of a process that never ran. */
export const noUsage: ProcessUsage = {
  cpuNs: 0,
  wallNs: 0,
  memoryBytes: 0,
  memoryPeakBytes: 0,
  calls: 0,
  readBytes: 0,
  writtenBytes: 0,
  waitNs: 0,
};

/** What all of several processes used together; of peaks, the highest. */
export function addUsage(a: ProcessUsage, b: ProcessUsage): ProcessUsage {
  return {
    cpuNs: a.cpuNs + b.cpuNs,
    wallNs: a.wallNs + b.wallNs,
    memoryBytes: a.memoryBytes + b.memoryBytes,
    memoryPeakBytes: Math.max(a.memoryPeakBytes, b.memoryPeakBytes),
    calls: a.calls + b.calls,
    readBytes: a.readBytes + b.readBytes,
    writtenBytes: a.writtenBytes + b.writtenBytes,
    waitNs: a.waitNs + b.waitNs,
  };
}

/** What is known of a process that runs. */
export interface Measured {
  readonly usage: ProcessUsage;
  /** Of one that serves. */
  readonly traffic?: Traffic;
  /** Of one that made any. */
  readonly unlisted?: readonly UnlistedCall[];
}

export interface ProcessEnd extends Measured {
  readonly life: Life;
  readonly reason: ExitReason;
}

/** The recording of a process that failed, as it lies among the crashes. */
export interface CrashRecord {
  /** Of `a-z`, `0-9` and `-`. */
  readonly id: string;
  readonly path: string;
  readonly reason: ExitReason;
  readonly sizeBytes: number;
  /** Whether it reaches back to the start, so that it can be replayed. */
  readonly isWhole: boolean;
}

/** What an executor tells its daemon. */
export type ExecutorEvent =
  /** Whoever sends requests can reach it; at `socket` other executors can, if anywhere. */
  | { readonly kind: "ready"; readonly socket?: string }
  | { readonly kind: "alive" }
  | { readonly kind: "started"; readonly lives: readonly Life[] }
  | { readonly kind: "ended"; readonly ends: readonly ProcessEnd[] }
  /** An instance of a process that serves ended, and nobody wanted it to. */
  | { readonly kind: "instance-failed"; readonly life: Life; readonly reason: ExitReason }
  /** Memory ran short, and so many idle instances of a process that serves were ended. */
  | {
      readonly kind: "instances-relieved";
      readonly life: Life;
      readonly count: number;
      /** Of what the executor can have. */
      readonly usedPercent: number;
    }
  /** For the first time in its life a process called somebody its `uses` do not list. */
  | {
      readonly kind: "call-unlisted";
      readonly life: Life;
      /** As an `UnlistedCall` has it. */
      readonly callee: string;
      readonly isRefused: boolean;
    }
  /** What a process was told to serve by is called now, or is not to be any more. */
  | { readonly kind: "renewal"; readonly life: Life; readonly news: RenewalNews }
  /** What its processor is busy with: while it is, and once when it is not any more. */
  | { readonly kind: "load"; readonly report: LoadReport<Life> }
  /** What became of work for a process that serves. */
  | { readonly kind: "summoned"; readonly life: Life; readonly ends: readonly SummonsEnd[] }
  /** So many messages it may have now at a time, those that it has among them. */
  | { readonly kind: "room"; readonly life: Life; readonly most: number }
  /** A process sends a message to a queue; answer with `posted`. */
  | { readonly kind: "post"; readonly request: number; readonly post: Post }
  /** What is known of a process that failed has been written. */
  | { readonly kind: "crashed"; readonly crash: CrashRecord }
  /** The program wants a child; answer with `spawned`. */
  | { readonly kind: "spawn"; readonly life: Life; readonly request: SpawnRequest }
  | { readonly kind: "acknowledge"; readonly life: Life; readonly child: ChildId }
  | {
      readonly kind: "end-child";
      readonly life: Life;
      readonly child: ChildId;
      readonly graceNs: number;
    }
  | {
      readonly kind: "measured";
      readonly request: number;
      readonly processes: readonly (readonly [Life, Measured])[];
    }
  | { readonly kind: "rehearsed"; readonly request: number; readonly report: RehearsalReport }
  | {
      readonly kind: "not-rehearsed";
      readonly request: number;
      readonly reason: ExitReason & { readonly kind: "refused" };
    }
  | {
      readonly kind: "explained";
      readonly request: number;
      /** The oldest first; none of one that does not serve. */
      readonly findings?: readonly FindingReport[];
    }
  | {
      readonly kind: "output";
      readonly request: number;
      readonly bytes: Uint8Array;
      /** How many bytes were written in all; 0 where the path is not known here. */
      readonly endBytes: number;
    };

/** What an executor may reach beyond noos itself, as a seat belt around our own code. */
export interface ExecutorReach {
  /** Directories with all below them. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** A running executor. */
export interface ExecutorLink {
  readonly pid: number;
  send(orders: readonly ExecutorOrder[]): void;
  /** Ends it and all it runs, at once. */
  kill(): void;
}

/** Starts executors. */
export interface ExecutorHost {
  start(
    reach: ExecutorReach,
    listener: {
      heard(events: readonly ExecutorEvent[]): void;
      /** It is gone, with all it ran; called once, nothing after it, not before `start` answers. */
      gone(why: string): void;
    },
  ): ExecutorLink;
}
