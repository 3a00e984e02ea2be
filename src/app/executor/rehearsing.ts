import type { ByteSink, Clock } from "#core/host";
import type { Outlet } from "#core/host/traffic";
import { Capture } from "#core/stream";
import { errno, type ExitReason } from "#core/sys";
import type { ExecutorEvent, ProcessOrder } from "#pool/host";
import { type KeptExchange, Rehearsal, type RehearsedBuild } from "#pool/rehearse";
import {
  type InstanceBuild,
  type InstancePorts,
  makerFor,
  refusalBy,
} from "#app/executor/instance";
import type { Images } from "./images.ts";

type Answer<Kind> = Omit<ExecutorEvent & { readonly kind: Kind }, "request">;

/** What is told of a rehearsal. */
export type RehearsalAnswer = Answer<"rehearsed"> | Answer<"not-rehearsed">;

export interface RehearsingPorts extends InstancePorts {
  readonly images: Pick<Images, "get">;
  readonly clock: Clock;
}

/** The rehearsals of one process that serves: one at a time. */
export class Rehearsing {
  readonly #ports: RehearsingPorts;
  #isBusy = false;
  #current: Rehearsal | undefined = undefined;
  #endedBy: string | undefined = undefined;

  constructor(ports: RehearsingPorts) {
    this.#ports = ports;
  }

  /** Has what would serve by `fresh` answer what was asked of late, beside what does. */
  async rehearse(
    orders: { readonly serving: ProcessOrder; readonly fresh: ProcessOrder },
    exchanges: readonly KeptExchange[],
  ): Promise<RehearsalAnswer> {
    if (this.#isBusy) return notRehearsed(isBusy);
    this.#isBusy = true;
    try {
      const serving = await this.#build(orders.serving);
      const fresh = await this.#build(orders.fresh);
      // Nothing is started for a process that has ended meanwhile.
      if (this.#endedBy !== undefined) return notRehearsed(isOver);
      this.#current = new Rehearsal({ serving, fresh }, this.#ports);
      const report = await this.#current.run(exchanges);
      return this.#endedBy === undefined ? { kind: "rehearsed", report } : notRehearsed(isOver);
    } catch (cause) {
      const reason = refusalBy(cause);
      return { kind: "not-rehearsed", reason };
    } finally {
      this.#isBusy = false;
      this.#current = undefined;
    }
  }

  /** Ends what runs for a rehearsal; there is none any more. */
  end(who: string): void {
    this.#endedBy ??= who;
    void this.#current?.end(who);
  }

  /** Throws, or rejects with, the `PlatformError` of what cannot serve. */
  async #build(order: ProcessOrder): Promise<RehearsedBuild> {
    const image = await this.#ports.images.get(order.image);
    const outlet = new ClosedOutlet();
    const build = { order: withoutEffects(order), image };
    const complaints = new Complaints();
    const start = starterOf(build, {
      ...this.#ports,
      // Requests of others are not to come to a disk with a crash.
      flights: {
        recorder: (launch) => this.#ports.flights.recorder(launch),
        ended: (recorder) => recorder.forget(),
      },
      tails: complaints,
      outlet: ({ call, unlisted }) =>
        call.length === 0 && unlisted === undefined ? undefined : outlet,
    });
    const { callsMax = Infinity, timeoutNs = Infinity } = order.serve?.policy ?? {};
    return {
      start,
      takeComplaint: () => complaints.take(),
      policy: { callsMax, timeoutNs },
      callsRefused: () => outlet.refusedCount,
    };
  }
}

/** It reads what it is granted, and changes nothing; nobody outside is told of it. */
function withoutEffects(order: ProcessOrder): ProcessOrder {
  const directories = order.directories.map((directory) => ({ ...directory, readOnly: true }));
  return { ...order, directories, connect: [], listen: [] };
}

function starterOf(build: InstanceBuild, ports: InstancePorts): RehearsedBuild["start"] {
  const make = makerFor(build);
  return (inlet, { ended, failed }) =>
    make(build, ports, { inlet, failed, over: (_instance, reason) => ended(reason) });
}

/** A way out by which nobody is reached. */
class ClosedOutlet implements Outlet {
  refusedCount = 0;

  request(): ReturnType<Outlet["request"]> {
    this.refusedCount += 1;
    return errno.ECONNREFUSED;
  }
}

/** Of what is written to stderr, so much is looked at. */
const complaintBytesMax = 4096;

/**
 * What a build writes aside: among its output it would mislead, so but the last of its complaints
 * is kept, and for as long as one answer takes.
 */
class Complaints {
  #stderr = new Capture(complaintBytesMax);

  open(): ReturnType<InstancePorts["tails"]["open"]> {
    const push: ByteSink["push"] = (bytes, answer) => this.#stderr.push(bytes, answer);
    return {
      stdout: new Capture(0),
      stderr: { push, tryPush: (bytes) => this.#stderr.tryPush(bytes), close: () => undefined },
    };
  }

  close(): void {
    // What was said can still be taken.
  }

  /** The last line but for those that say where it was, which are indented. */
  take(): string {
    const text = new TextDecoder().decode(this.#stderr.bytes());
    this.#stderr = new Capture(complaintBytesMax);
    const lines = text.split("\n").filter((line) => /^\S/.test(line));
    return lines.at(-1) ?? "";
  }
}

type Refusal = ExitReason & { readonly kind: "refused" };

function notRehearsed(reason: Omit<Refusal, "kind">): RehearsalAnswer {
  return { kind: "not-rehearsed", reason: { kind: "refused", ...reason } };
}

const isOff = {
  code: "REHEARSAL_OFF",
  why: "it keeps no requests to rehearse by: its manifest says rehearsal: off",
  hint: "say rehearsal: on in serve, deploy that, and rehearse when requests have come",
} as const;

const isBusy = {
  code: "DAEMON_BUSY",
  why: "it is being rehearsed already",
  hint: "try again when that is over: it takes a minute at most",
} as const;

const isOver = {
  code: "REHEARSAL_CUT",
  why: "it ended while it was being rehearsed",
  hint: "nothing was changed; rehearse it when it serves again",
} as const;

/** Of a life that this executor has no more, and of what keeps no requests. */
export const nothingToRehearse: RehearsalAnswer = notRehearsed(isOver);
export const noRehearsal: RehearsalAnswer = notRehearsed(isOff);
