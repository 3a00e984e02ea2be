import type { Turns } from "#core/host";
import type { Beginning, Boundary, Launch, Started } from "#core/kernel";
import { endOfGuest, type Program } from "#core/machine";
import { type Known, Forerunner, snapshotLimits, Snapshots } from "#core/snapshot";
import { PlatformError } from "#core/sys";
import type { RootMaker } from "./launcher.ts";
import { callNames } from "./personality.ts";

/** A forerunner does not compete with what the process is there for that asked for it. */
const aheadAfterNs = 20e6;

interface Build {
  readonly program: Program;
  readonly launch: Launch;
  readonly root: RootMaker | undefined;
}

export interface BeginningsPorts {
  readonly turns: Turns;
  /** Starts a process of its own. */
  readonly launch: (
    build: Build,
    around: { readonly boundary: Boundary; readonly beginning: Beginning },
  ) => Started;
}

/** How processes begin: by being initialised, or with a snapshot of one that was. */
export class Beginnings {
  readonly #ports: BeginningsPorts;
  readonly #snapshots = new Snapshots();
  /** Programs and roots are the same if they are the same object. */
  readonly #numbers = new WeakMap<object, number>();
  #lastNumber = 0;
  #isRunningAhead = false;

  constructor(ports: BeginningsPorts) {
    this.#ports = ports;
  }

  /**
   * What a process of this build begins with; nothing where it is to be initialised. Of a build
   * that is not known, a forerunner is started in a while, one at a time.
   */
  of(build: Build): Beginning | undefined {
    if (!build.program.isRestorable) return undefined;
    const key = this.#keyOf(build);
    const known = this.#snapshots.find(key);
    if (known?.kind === "restored") return known;
    if (known === undefined && !this.#isRunningAhead) this.#runAheadLater(key, build);
    return undefined;
  }

  /** All that an initialisation can depend on that asks for nothing. */
  #keyOf({ program, launch, root }: Build): string {
    const rootNumber = root === undefined ? 0 : this.#numberOf(root);
    return `${this.#numberOf(program)} ${rootNumber} ${JSON.stringify(launch)}`;
  }

  #numberOf(made: object): number {
    const known = this.#numbers.get(made) ?? ++this.#lastNumber;
    this.#numbers.set(made, known);
    return known;
  }

  #runAheadLater(key: string, build: Build): void {
    this.#isRunningAhead = true;
    this.#ports.turns.after(aheadAfterNs, () => this.#runAhead(key, build));
  }

  #runAhead(key: string, { program, launch, root }: Build): void {
    const limits = {
      ...launch.limits,
      "cpu-time": Math.min(launch.limits["cpu-time"], snapshotLimits.forerunnerCpuNs),
      "wall-time": Math.min(launch.limits["wall-time"], snapshotLimits.forerunnerWallNs),
    };
    const forerunner = new Forerunner({ launch, calls: callNames });
    const over = (known: Known | undefined): void => {
      this.#isRunningAhead = false;
      if (known !== undefined) this.#snapshots.keep(key, known);
    };
    try {
      const { beginning } = forerunner;
      const started = this.#ports.launch(
        { program, launch: { ...launch, limits }, root },
        { boundary: forerunner, beginning },
      );
      started.whenEnded(({ reason }) => {
        // What is refused here for want of room may be there another time.
        const isByProgram = reason.kind !== "refused";
        over(forerunner.known ?? (isByProgram ? { kind: "refused", why: "it ends" } : undefined));
      });
    } catch (cause) {
      if (cause !== endOfGuest && !(cause instanceof PlatformError)) throw cause;
      over(forerunner.known);
    }
  }
}
