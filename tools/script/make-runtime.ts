import { assert } from "#core/base";
import { findSection, readModule, SectionId } from "#core/machine/wasm";
import { WasmReader } from "#core/machine/wasm/binary";
import { Instructions, readBodies } from "#core/machine/wasm/code";
import { ScriptEngine } from "#app/script";
import { freeze, link } from "#tools/link";

/** What the runtime is made of. */
export interface RuntimeParts {
  /** `quickjs.wasm` of the package quickjs-wasi. */
  readonly engine: Uint8Array;
  /** Its extensions, by their names. */
  readonly extensions: Readonly<Record<string, Uint8Array>>;
  /** guests/script/driver.c, built. */
  readonly driver: Uint8Array;
  /** guests/script/prelude, bundled: an expression whose value is a function. */
  readonly prelude: string;
}

const exported: readonly string[] = [
  "_initialize",
  "noos_event",
  "noos_concurrency",
  "noos_restored",
  "noos_script_room",
  "noos_script_prepare",
  "noos_script_compile",
];

/**
 * The program that runs scripts, with engine and prelude set up in its memory: what they did until
 * then is done in no process again. The same parts give the same bytes.
 */
export function makeRuntime(parts: RuntimeParts): Uint8Array {
  const linked = link({
    parts: [
      ["engine", parts.engine],
      ...Object.entries(parts.extensions),
      ["driver", parts.driver],
    ],
    exports: exported,
    replace: (engine) =>
      new Map([
        [pollOf(engine), "noos_script_poll"],
        [exportOf(engine, "JS_ThrowOutOfMemory"), "noos_script_out_of_memory"],
      ]),
  });
  return freeze(linked, prepared(linked, parts.prelude).exports);
}

function prepared(linked: Uint8Array, prelude: string): ScriptEngine {
  // Compiled in another one, so that the memory holds no rests of the compiler's work.
  const compiler = new ScriptEngine(linked);
  compiler.prepare(new Uint8Array());
  const compiled = compiler.compile(prelude, "script");
  if (typeof compiled === "string") throw new Error(`the prelude is not sound: ${compiled}`);
  const engine = new ScriptEngine(linked);
  engine.prepare(compiled);
  return engine;
}

/**
 * The engine's poll for interrupts, which has no name: it is the first that is called by what
 * `JS_Call` calls, the interpreter, for each call of a function begins with it.
 */
function pollOf(engine: Uint8Array): number {
  return firstCallee(engine, firstCallee(engine, exportOf(engine, "JS_Call")));
}

function exportOf(engine: Uint8Array, wanted: string): number {
  const found = readModule(engine).exports.find(({ name }) => name === wanted);
  assert(found !== undefined, `the engine exports ${wanted}`);
  return found.index;
}

function firstCallee(bytes: Uint8Array, index: number): number {
  const { sections, importedCounts } = readModule(bytes);
  const code = findSection(sections, SectionId.code);
  assert(code !== undefined, "the engine has code");
  const bodies = readBodies(new WasmReader(bytes, code.from, code.to));
  const body = bodies[index - importedCounts.function];
  assert(body !== undefined, "the function is the engine's own");
  const instructions = new Instructions(bytes);
  instructions.reset(body.code, body.to);
  while (instructions.step()) if (instructions.flow === "call") return instructions.functionIndex;
  throw new Error("the function calls nothing");
}
