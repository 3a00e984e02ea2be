import { instrument } from "#core/machine/instrument";
import { describe, describeModule, readModule } from "#core/machine/wasm";
import { PlatformError } from "#core/sys";
import { saveProgram } from "./kept-program.ts";
import type { Program } from "./program.ts";
import { type PrepareHost, type PrepareOptions, WantedProgram } from "./wanted-program.ts";

/**
 * Validates, instruments and compiles a program, or finds it among those that were kept. Throws a
 * `PlatformError` that says what is wrong with it: too large, malformed, a component, invalid, or
 * in need of what this platform lacks.
 */
export function prepare(bytes: Uint8Array, host: PrepareHost, options: PrepareOptions): Program {
  const wanted = new WantedProgram(bytes, host, options);
  return wanted.find() ?? makeProgram(wanted);
}

/** The same for a program that was not found. */
export function makeProgram(wanted: WantedProgram): Program {
  const { bytes: given, host, key, options, watch } = wanted;
  watch.time("validate", () => validate(given, options));
  const bytes = watch.time("instrument", () =>
    instrument(given, {
      checks: options.isPreemptible,
      tableElementsMax: options.tableElementsMax,
    }),
  );
  const module = watch.time("compile", () => compile(bytes, options));
  const description = watch.time("describe", () => describeModule(readModule(bytes)));
  watch.time("keep", () => host.blobs?.put(key, saveProgram({ bytes, description })));
  return wanted.madeOf(module, description);
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
