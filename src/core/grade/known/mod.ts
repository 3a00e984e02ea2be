/**
 * What is known of programs that are made for something else: tables, and looking things up.
 *
 * Knows: by which imports a toolchain is recognised and how it builds for WASI preview 1 instead;
 * what in preview 1 comes nearest to an interface of a component; what a program can do about a
 * call that is supported with a difference.
 * Must hold: a row says what to do, not only what is wrong.
 * Never imports: anything but the descriptions of programs.
 * Start reading at the table `imports.ts`.
 */
export type { KnownImports } from "./imports.ts";
export { nearestTo, recognize } from "./recognize.ts";
export { callFixes, preview0Differences } from "./wasi-p1.ts";
