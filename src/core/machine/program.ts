import type { Blobs, Codec } from "#core/host";
import { instrument, instrumenterVersion } from "#core/machine/instrument";
import { describe, describeModule, type ModuleDescription, readModule } from "#core/machine/wasm";
import { formatBytes, PlatformError } from "#core/sys";

/** How long each phase of preparing a program took, in the order they happened. */
export interface PreparePhase {
  readonly name: "hash" | "look up" | "validate" | "instrument" | "keep" | "compile" | "describe";
  readonly ns: number;
}

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

/** A program ready to be started any number of times. */
export class Program {
  readonly name: string;
  /** SHA-256 of the bytes as they were given. */
  readonly sha256: string;
  readonly module: WebAssembly.Module;
  readonly description: ModuleDescription;
  readonly isPreemptible: boolean;
  readonly phases: readonly PreparePhase[];

  constructor(parts: {
    readonly name: string;
    readonly sha256: string;
    readonly module: WebAssembly.Module;
    readonly description: ModuleDescription;
    readonly isPreemptible: boolean;
    readonly phases: readonly PreparePhase[];
  }) {
    this.name = parts.name;
    this.sha256 = parts.sha256;
    this.module = parts.module;
    this.description = parts.description;
    this.isPreemptible = parts.isPreemptible;
    this.phases = parts.phases;
  }

  /** Whether it exports a function of this name. */
  hasFunction(name: string): boolean {
    return this.description.exports.some((row) => row.name === name && row.kind === "function");
  }
}

/**
 * Validates, instruments and compiles a program. Throws a `PlatformError` that says what is wrong
 * with it: too large, malformed, a component, invalid, or in need of what this platform lacks.
 */
export function prepare(bytes: Uint8Array, host: PrepareHost, options: PrepareOptions): Program {
  if (bytes.length > options.moduleBytesMax) throw tooLarge(bytes.length, options);
  const watch = new PhaseWatch(host.clock);
  const sha256 = watch.time("hash", () => host.codec.sha256(bytes));
  const key = [
    sha256,
    `v${instrumenterVersion}`,
    options.isPreemptible ? "checks" : "plain",
    options.tableElementsMax,
  ].join("-");
  const kept = watch.time("look up", () => host.blobs?.get(key));
  const ready = kept ?? make(bytes, options, watch);
  if (kept === undefined) watch.time("keep", () => host.blobs?.put(key, ready));
  const module = watch.time("compile", () => new WebAssembly.Module(ready));
  const description = watch.time("describe", () => describeModule(readModule(ready)));
  return new Program({
    name: options.name,
    sha256,
    module,
    description,
    isPreemptible: options.isPreemptible,
    phases: watch.phases,
  });
}

function make(bytes: Uint8Array, options: PrepareOptions, watch: PhaseWatch): Uint8Array {
  watch.time("validate", () => validate(bytes, options));
  return watch.time("instrument", () =>
    instrument(bytes, {
      checks: options.isPreemptible,
      tableElementsMax: options.tableElementsMax,
    }),
  );
}

/** Our decoder's word comes first: it names the offset, and knows a component from a module. */
function validate(bytes: Uint8Array, options: PrepareOptions): void {
  const { kind } = describe(bytes);
  if (kind === "component") {
    throw new PlatformError(`cannot run "${options.name}": it is a component, not a core module`, {
      code: "WASM_UNSUPPORTED",
      hint: "build it for WASI preview 1 (wasm32-wasip1), or look at `noos check`",
    });
  }
  if (WebAssembly.validate(bytes)) return;
  throw new PlatformError(`cannot run "${options.name}": ${invalidity(bytes)}`, {
    code: "WASM_INVALID",
    hint: "the file does not pass WebAssembly's validation: build it again with a current tool",
  });
}

/** The engine's reason for calling a module invalid; it only tells when asked to compile. */
function invalidity(bytes: Uint8Array): string {
  try {
    void new WebAssembly.Module(bytes);
    return "the engine calls it invalid";
  } catch (cause) {
    return (cause as Error).message.replace(/^WebAssembly\.Module\(\): /, "");
  }
}

function tooLarge(sizeBytes: number, options: PrepareOptions): PlatformError {
  const sizes = `${formatBytes(sizeBytes)}, module-size allows ${formatBytes(options.moduleBytesMax)}`;
  return new PlatformError(`cannot run "${options.name}": it is too large (${sizes})`, {
    code: "IMAGE_TOO_LARGE",
    hint: "strip debug sections from the program, or allow more with --module-size",
  });
}

/** Notes how long named steps take. */
class PhaseWatch {
  readonly phases: PreparePhase[] = [];
  readonly #clock: { monotonicNs(): number };

  constructor(clock: { monotonicNs(): number }) {
    this.#clock = clock;
  }

  time<T>(name: PreparePhase["name"], step: () => T): T {
    const start = this.#clock.monotonicNs();
    const result = step();
    this.phases.push({ name, ns: this.#clock.monotonicNs() - start });
    return result;
  }
}
