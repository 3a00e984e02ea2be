import type { Outside } from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";
import type { Kin } from "#core/kin";
import type { Errno, ExitReason, Limits, Pid } from "#core/sys";
import type { Descriptor, OpenObject, Rights } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import type { CallObserver } from "./observer.ts";
import type { Process } from "./process.ts";

/** Who runs a process, and is told of its end. */
export interface ProcessKeeper {
  /** What it means for the process that the guest ended by this. */
  reasonFor(thrown: unknown): ExitReason;
  /** What a call answers for this error, or for success (`undefined`). */
  answerOf(answer: Errno | undefined): number;
  /** Everything that can be done with an object of this kind. */
  rightsOf(kind: OpenObject["kind"]): Rights;
  /** Instantiates the program and runs it to its end; the promise settles when it is over. */
  run(process: Process): Promise<unknown>;
  ended(reason: ExitReason): void;
}

/** What a process is made of; the kernel gives it. */
export interface ProcessParts {
  readonly pid: Pid;
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly limits: Limits;
  readonly outside: Outside;
  /** Of a process that may have children, and is told of them. */
  readonly kin: Kin | undefined;
  /** The requests that come for it, and those it may make. */
  readonly inlet: Inlet | undefined;
  readonly outlet: Outlet | undefined;
  readonly descriptors: DescriptorTable<Descriptor>;
  readonly observer: CallObserver | undefined;
  readonly keeper: ProcessKeeper;
}
