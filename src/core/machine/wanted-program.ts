import type { Blobs, Codec } from "#core/host";
import { instrumenterVersion } from "#core/machine/instrument";
import type { ModuleDescription } from "#core/machine/wasm";
import { formatBytes, PlatformError } from "#core/sys";
import { type KeptProgram, restoreProgram } from "./kept-program.ts";
import { PhaseWatch } from "./prepare-phases.ts";
import { Program } from "./program.ts";

/** What preparing a program needs of the host. */
export interface PrepareHost {
  readonly codec: Codec;
  readonly clock: { monotonicNs(): number };
  /** Where instrumented programs are kept by content, if anywhere. */
  readonly blobs: Blobs | undefined;
}

export interface PrepareOptions {
  /** The file's name, for messages. */
  readonly name: string;
  readonly moduleBytesMax: number;
  readonly tableElementsMax: number;
  /** Without checks a program cannot be paused: for trusted work on a thread of its own. */
  readonly isPreemptible: boolean;
}

/** A program that was asked for: its bytes, and what has to be known to find or make it. */
export class WantedProgram {
  readonly bytes: Uint8Array;
  readonly host: PrepareHost;
  readonly options: PrepareOptions;
  /** Under which name it is kept. */
  readonly key: string;
  readonly watch: PhaseWatch;
  readonly #sha256: string;

  /** Throws `IMAGE_TOO_LARGE`. */
  constructor(bytes: Uint8Array, host: PrepareHost, options: PrepareOptions) {
    if (bytes.length > options.moduleBytesMax) throw tooLarge(bytes.length, options);
    this.bytes = bytes;
    this.host = host;
    this.options = options;
    this.watch = new PhaseWatch(host.clock);
    this.#sha256 = this.watch.time("hash", () => host.codec.sha256(bytes));
    this.key = [
      `v${instrumenterVersion}`,
      options.isPreemptible ? "checks" : "plain",
      options.tableElementsMax,
      this.#sha256,
    ].join("-");
  }

  /** What an earlier run kept; nothing when that is damaged, and has to be made again. */
  find(): Program | undefined {
    try {
      const kept = this.watch.time("look up", () => this.#lookUp());
      if (kept === undefined) return undefined;
      const { bytes, description } = kept;
      const module = this.watch.time("compile", () => new WebAssembly.Module(bytes));
      return this.madeOf(module, description);
    } catch {
      return undefined;
    }
  }

  #lookUp(): KeptProgram | undefined {
    const kept = this.host.blobs?.get(this.key);
    return kept === undefined ? undefined : restoreProgram(kept);
  }

  /** The program, once it is there. */
  madeOf(module: WebAssembly.Module, description: ModuleDescription): Program {
    const { name, isPreemptible } = this.options;
    const { phases } = this.watch;
    return new Program({ name, sha256: this.#sha256, module, description, isPreemptible, phases });
  }
}

function tooLarge(sizeBytes: number, options: PrepareOptions): PlatformError {
  const allowed = formatBytes(options.moduleBytesMax);
  const sizes = `${formatBytes(sizeBytes)}, module-size allows ${allowed}`;
  return new PlatformError(`cannot run "${options.name}": it is too large (${sizes})`, {
    code: "IMAGE_TOO_LARGE",
    hint: "strip debug sections from the program, or allow more with --module-size",
  });
}
