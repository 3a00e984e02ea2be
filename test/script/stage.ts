import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { SimulatedOutlet } from "#adapters/sim/traffic";
import { SimulatedInlet, type SimulatedRequest } from "#adapters/sim/traffic";
import { type BuildOptions, buildScript, type ScriptImage } from "#app/script";
import { imageRoot } from "#app/image";
import { setCallStack } from "#adapters/node";
import type { Program } from "#core/machine";
import type { LayerEntry } from "#core/vfs/layer";
import { defaultLimits, describeExit, type Limits } from "#core/sys";
import { type RunningProcess, type StartOptions, System } from "#core/system";

/** Long enough for all that goes on without a timer. */
const settleNs = 10e6;

/** What a request is: what is left out is as of a plain GET. */
export type RequestOptions = NonNullable<Parameters<SimulatedInlet["send"]>[0]>;

/** Builds a program from its source; `extension` says whether it is TypeScript. */
export async function imageOf(
  source: string,
  extension: "ts" | "js" = "ts",
  options?: BuildOptions,
): Promise<ScriptImage> {
  const folder = mkdtempSync(join(tmpdir(), "noos-script-"));
  try {
    const path = join(folder, `web.${extension}`);
    writeFileSync(path, source);
    return await buildScript(path, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files that the process finds at its root. */
export function layerOf({ files }: ScriptImage): readonly LayerEntry[] {
  return files
    .filter(({ path }) => path.startsWith("root/"))
    .map(({ path, bytes }) => {
      return { kind: "regular", path: path.replace("root/", ""), modifiedNs: 0n, bytes };
    });
}

// As an executor does: how deep a program may call depends on it.
setCallStack(defaultLimits["call-stack"]);

/** All that a program said and answered, in simulated time. */
export class ScriptStage {
  readonly host: SimulatedHost;
  readonly system: System;
  readonly inlet: SimulatedInlet;
  running!: RunningProcess;
  #program: Program | undefined = undefined;

  constructor({ seed = 1 }: { readonly seed?: number } = {}) {
    this.host = simulatedHost({ seed });
    this.system = new System(this.host);
    this.inlet = new SimulatedInlet(this.host.time);
  }

  /** Starts a program; again, for another one in the same system. */
  start(
    image: ScriptImage,
    options: StartOptions & {
      readonly limits?: Partial<Limits>;
      readonly outlet?: SimulatedOutlet;
      /** In simulated time each check of a program takes some, so only those ask that need it. */
      readonly isPreemptible?: boolean;
    } = {},
  ): this {
    const [runtime] = image.files;
    const { isPreemptible = false } = options;
    const name = "script";
    this.#program ??= this.system.load(runtime?.bytes ?? new Uint8Array(), { name, isPreemptible });
    const root = imageRoot([layerOf(image)]);
    this.running = this.system.start(this.#program, { inlet: this.inlet, root, ...options });
    return this;
  }

  /** Sends a request and runs until nothing goes on. */
  async ask(target = "/", options: RequestOptions = {}): Promise<SimulatedRequest> {
    const head = { target, ...options.head };
    const request = this.inlet.send({ ...options, head });
    await this.settle();
    return request;
  }

  settle(forNs: number = settleNs): Promise<void> {
    return this.host.time.runFor(forNs);
  }

  /** What it printed so far. */
  get printed(): string {
    return this.running.output() + this.running.errors();
  }

  async end(): Promise<string> {
    return describeExit((await this.host.time.until(this.running.exit)).reason);
  }
}
