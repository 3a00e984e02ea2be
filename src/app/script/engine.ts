import { assert } from "#core/base";

/** Why nothing of the world is there: it would be built into what is made. */
class AskedForTheWorld extends Error {
  constructor(name: string) {
    super(`the runtime asked for ${name} while something was built with it`);
  }
}

const errnoBadDescriptor = 8;
const errnoNotSupported = 58;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Entry = (...numbers: number[]) => number;
type Import = (...args: never[]) => number;

/**
 * The runtime of scripts at work for whoever builds something, outside of any process: it prepares
 * a prelude, and compiles. Its clock stands still, and it draws nothing by lot.
 */
export class ScriptEngine {
  readonly exports: WebAssembly.Exports;
  #printed = "";
  #draws = 0;
  #isCompiling = false;

  constructor(runtime: Uint8Array) {
    const module = new WebAssembly.Module(runtime);
    this.exports = new WebAssembly.Instance(module, this.#imports(module)).exports;
  }

  #memory(): Uint8Array {
    const { memory } = this.exports;
    assert(memory instanceof WebAssembly.Memory, "the runtime exports its memory");
    return new Uint8Array(memory.buffer);
  }

  /** Sets the engine up, with a prelude that was compiled, or with none. */
  prepare(prelude: Uint8Array): void {
    const failed = this.#call("noos_script_prepare", this.#put(prelude), prelude.length);
    if (failed !== 0) throw new Error(`the prelude failed: ${this.#printed}`);
  }

  /** What a process reads in place of a source; or, of one that is not sound, why. */
  compile(source: string, kind: "module" | "script"): Uint8Array | string {
    const bytes = encoder.encode(`${source}\0`);
    const length = this.#put(new Uint8Array(4));
    const at = this.#put(bytes);
    const isModule = kind === "module" ? 1 : 0;
    this.#isCompiling = true;
    const compiled = this.#call("noos_script_compile", at, bytes.length - 1, isModule, length);
    if (compiled === 0) return this.#printed;
    const memory = this.#memory();
    const lengthBytes = new DataView(memory.buffer).getUint32(length, true);
    return memory.slice(compiled, compiled + lengthBytes);
  }

  #put(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const at = this.#call("noos_script_room", bytes.length);
    assert(at > 0, "the runtime has room");
    this.#memory().set(bytes, at);
    return at;
  }

  #call(name: string, ...numbers: number[]): number {
    return (this.exports[name] as Entry)(...numbers);
  }

  #imports(module: WebAssembly.Module): WebAssembly.Imports {
    const given: Readonly<Record<string, Import>> = {
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        new DataView(this.#memory().buffer).setBigUint64(at, 0n, true);
        return 0;
      },
      fd_write: (_fd: number, list: number, count: number, done: number) =>
        this.#write(list, count, done),
      // Asked for once, by the C library's guard of the stack, which then takes a constant.
      random_get: () => {
        if (this.#draws++ > 0) throw new AskedForTheWorld("random_get");
        return errnoNotSupported;
      },
      // Who says why a source is not sound looks for the map of its sources, which is not there.
      fd_prestat_get: () => {
        if (!this.#isCompiling) throw new AskedForTheWorld("fd_prestat_get");
        return errnoBadDescriptor;
      },
    };
    const imports: Record<string, Record<string, Import>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      const refuse = (): never => {
        throw new AskedForTheWorld(name);
      };
      (imports[from] ??= {})[name] = given[name] ?? refuse;
    }
    return imports;
  }

  #write(list: number, count: number, done: number): number {
    const memory = this.#memory();
    const view = new DataView(memory.buffer);
    let lengthBytes = 0;
    for (let at = list; at < list + 8 * count; at += 8) {
      const from = view.getUint32(at, true);
      const to = from + view.getUint32(at + 4, true);
      this.#printed += decoder.decode(memory.subarray(from, to));
      lengthBytes += to - from;
    }
    view.setUint32(done, lengthBytes, true);
    return 0;
  }
}
