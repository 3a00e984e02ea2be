/**
 * Programs in TypeScript and JavaScript, made into images: a source becomes one file for the
 * runtime, which is a program like any other (docs/decisions/0022-script-runtime.md).
 *
 * Knows: the bundler, what cannot be bundled and what to use in its place, how the runtime compiles
 * a program, where the runtime lies.
 * Must hold: the same sources give the same image, wherever they lie; nothing of a program is run
 * while it is built.
 * Never imports: a command, the kernel.
 * Start reading at `build.ts`.
 */
export { buildScript, type BuildOptions, type ScriptImage, writeScriptImage } from "./build.ts";
export { frameOf, ScriptUnsound } from "./unsound.ts";
export { ScriptEngine } from "./engine.ts";
