/**
 * A static linker for what is already linked: a WebAssembly program and shared libraries that were
 * made to be loaded into it become one module.
 *
 * Knows: shared libraries as clang makes them (`-fPIC -shared`, section "dylink.0"), and how the
 * binary format counts types, functions and globals.
 * Must hold: the same parts give the same bytes; what is not understood is refused, not passed on;
 * only functions that can be reached from what is exported are kept.
 * Never imports: anything but the reader of the binary format.
 * Start reading at `link.ts`.
 */
export { freeze } from "./freeze.ts";
export { type LinkOptions, link } from "./link.ts";
