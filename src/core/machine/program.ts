import type { Blobs, Codec } from "#core/host";
import { instrument, instrumenterVersion } from "#core/machine/instrument";
import { describe, describeModule, type ModuleDescription, readModule } from "#core/machine/wasm";
import { formatBytes, PlatformError } from "#core/sys";
import type { GuestNames } from "./trap.ts";

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

  /** How to name its functions in a stack. */
  get names(): GuestNames {
    // Checks are written with one more imported function, which comes before the guest's own.
    return { module: this.module, indexShift: this.isPreemptible ? 1 : 0 };
  }

  /** Whether it exports a function of this name and type. */
  hasFunction(name: string, type: string): boolean {
    return this.description.exports.some(
      (row) => row.name === name && row.kind === "function" && row.type === type,
    );
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
    `v${instrumenterVersion}`,
    options.isPreemptible ? "checks" : "plain",
    options.tableElementsMax,
    sha256,
  ].join("-");
  let ready = lookUp(key, host, watch);
  if (ready === undefined) {
    ready = make(bytes, options, watch);
    const made = ready.bytes;
    watch.time("keep", () => host.blobs?.put(key, made));
  }
  const { bytes: written, module } = ready;
  const description = watch.time("describe", () => describeModule(readModule(written)));
  return new Program({
    name: options.name,
    sha256,
    module,
    description,
    isPreemptible: options.isPreemptible,
    phases: watch.phases,
  });
}

/** An instrumented program. */
interface Ready {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
}

/** What an earlier run kept; nothing when that is damaged, and has to be made again. */
function lookUp(key: string, host: PrepareHost, watch: PhaseWatch): Ready | undefined {
  const bytes = watch.time("look up", () => host.blobs?.get(key));
  if (bytes === undefined) return undefined;
  try {
    return { bytes, module: watch.time("compile", () => new WebAssembly.Module(bytes)) };
  } catch {
    return undefined;
  }
}

function make(given: Uint8Array, options: PrepareOptions, watch: PhaseWatch): Ready {
  watch.time("validate", () => validate(given, options));
  const bytes = watch.time("instrument", () =>
    instrument(given, {
      checks: options.isPreemptible,
      tableElementsMax: options.tableElementsMax,
    }),
  );
  const module = watch.time("compile", () => compile(bytes, options));
  return { bytes, module };
}

/** The engine bounds what a module may hold, and checks make it hold more than it did. */
function compile(bytes: Uint8Array, options: PrepareOptions): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new PlatformError(`cannot run "${options.name}": made ready to run, ${why}`, {
      code: "WASM_UNSUPPORTED",
      hint: "split the program's largest functions, or build it with less inlining",
      cause,
    });
  }
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
    return reasonOf(cause);
  }
}

function reasonOf(cause: unknown): string {
  return (cause as Error).message.replace(/^WebAssembly\.Module\(\): /, "");
}

function tooLarge(sizeBytes: number, options: PrepareOptions): PlatformError {
  const allowed = formatBytes(options.moduleBytesMax);
  const sizes = `${formatBytes(sizeBytes)}, module-size allows ${allowed}`;
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
