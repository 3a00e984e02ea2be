import type { ByteSink, Turns } from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";
import type { FlightRecorder } from "#core/journal/flight";
import type { ExitRecord, Launch } from "#core/kernel";
import type { Program } from "#core/machine";
import type { ExitReason } from "#core/sys";
import type { Launcher, RunningProcess, StartOptions } from "#core/system";
import type { ProgramFile } from "#app/program";
import { noUsage, type ProcessOrder, type ProcessUsage } from "#pool/host";
import { endedBy, refusalBy, usageToTell } from "./ends.ts";
import {
  closeDirectories,
  type Grants,
  openDirectories,
  openGrants,
  opensLater,
} from "./open-grants.ts";

/** What an instance is made of, beside its order. */
export interface InstancePorts {
  readonly launcher: Launcher;
  readonly turns: Turns;
  readonly flights: {
    recorder(launch: Launch): FlightRecorder;
    ended(
      recorder: FlightRecorder,
      process: {
        readonly path: string;
        readonly reason: ExitReason;
        readonly file: Pick<ProgramFile, "attachments">;
      },
    ): void;
  };
  /** What the processes of a path write. */
  readonly tails: {
    open(path: string): { readonly stdout: ByteSink; readonly stderr: ByteSink };
    close(path: string): void;
  };
  /** The way out of a process, if it may make requests. */
  readonly outlet: (order: ProcessOrder, program: Program) => Outlet | undefined;
}

/** What an instance is of. */
export interface InstanceBuild {
  readonly order: ProcessOrder;
  readonly image: { readonly program: Program; readonly file: ProgramFile };
}

/** What a process gets beside what its order says. */
export type Beside = Pick<StartOptions, "inlet" | "listeners" | "stdin" | "stdout" | "env">;

/** How a process is started, but for what is opened for it. */
function optionsOf(
  { order, image }: InstanceBuild,
  ports: Pick<InstancePorts, "outlet">,
  beside: Beside,
): StartOptions {
  const { path, args, env, limits } = order;
  const outlet = ports.outlet(order, image.program);
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    args,
    limits,
    ...(image.file.root === undefined ? {} : { root: image.file.root }),
    ...(outlet === undefined ? {} : { outlet }),
    ...beside,
    env: { ...beside.env, ...env },
  };
}

/** No request comes: what runs ahead is given none. */
const silence: Inlet = { next: () => undefined, close: () => undefined };

/**
 * Has what instances of a handler are to begin with made before the first request comes, if it may
 * be. Directories are opened for a process, so one that is granted some has it made by its first.
 */
export function runAhead(build: InstanceBuild, ports: InstancePorts): void {
  const { order, image } = build;
  if (opensLater(order) || order.directories.length > 0) return;
  ports.launcher.runAhead(image.program, optionsOf(build, ports, { inlet: silence }));
}

/** One process of something that serves, from its start to its end. */
export class ProcessRun {
  readonly #build: InstanceBuild;
  readonly #ports: InstancePorts;
  readonly #beside: Beside;
  readonly #over: (run: ProcessRun, reason: ExitReason) => void;
  #running: RunningProcess | undefined = undefined;
  #recorder: FlightRecorder | undefined = undefined;
  /** Somebody wanted its end. */
  #endedBy: string | undefined = undefined;

  constructor(
    build: InstanceBuild,
    ports: InstancePorts,
    around: {
      readonly beside: Beside;
      /** Called once, in a later turn. */
      readonly over: (run: ProcessRun, reason: ExitReason) => void;
    },
  ) {
    this.#build = build;
    this.#ports = ports;
    this.#beside = around.beside;
    this.#over = around.over;
    if (opensLater(build.order)) void this.#startLater();
    else this.#startNow();
  }

  /** What it used so far. */
  get usage(): ProcessUsage {
    return this.#running === undefined ? noUsage : usageToTell(this.#running.usage());
  }

  end(who: string): void {
    this.#endedBy ??= who;
    this.#running?.end(who);
  }

  #startNow(): void {
    using opened = new DisposableStack();
    try {
      this.#start(openDirectories(this.#build.order, opened));
      // They are closed when the process has ended.
      opened.move();
    } catch (cause) {
      this.#refused(refusalBy(cause));
    }
  }

  async #startLater(): Promise<void> {
    using opened = new DisposableStack();
    try {
      const grants = await openGrants(this.#build.order, opened);
      if (this.#endedBy !== undefined) return this.#refused(endedBy(this.#endedBy));
      this.#start(grants);
      opened.move();
    } catch (cause) {
      this.#refused(refusalBy(cause));
    }
  }

  /** It never ran. */
  #refused(reason: ExitReason): void {
    this.#ports.turns.next(() => this.#over(this, reason));
  }

  #start(grants: Grants): void {
    const { order, image } = this.#build;
    const { path } = order;
    const { tails, launcher, flights } = this.#ports;
    using tail = new DisposableStack();
    tail.defer(() => tails.close(path));
    const running = launcher.start(image.program, {
      ...tails.open(path),
      ...grants,
      boundary: (launch) => (this.#recorder = flights.recorder(launch)),
      ...optionsOf(this.#build, this.#ports, this.#beside),
    });
    tail.move();
    this.#running = running;
    running.whenEnded((record) => {
      closeDirectories(grants);
      this.#ended(record);
    });
  }

  #ended({ reason }: ExitRecord): void {
    const { order, image } = this.#build;
    const { path } = order;
    this.#ports.tails.close(path);
    // Whose end was wanted has not failed, however it came to it.
    if (this.#endedBy !== undefined) this.#recorder?.forget();
    else if (this.#recorder !== undefined) {
      this.#ports.flights.ended(this.#recorder, { path, reason, file: image.file });
    }
    this.#over(this, reason);
  }
}
