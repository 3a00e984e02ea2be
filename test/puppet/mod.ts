/**
 * Processes moved by a test: real programs in a real kernel that make just the calls they are told
 * to, with just the parameters they are given.
 *
 * Knows: a program that can make every call of WASI preview 1, spin, grow and trap; how a test
 * hands it orders and learns what came of them.
 * Must hold: each call goes through wasm, its import and the kernel, as any program's does.
 * Never imports: an adapter but the simulated one. Only tests import it.
 * Start reading at `puppet.ts`.
 */
export { signatureOf } from "./program.ts";
export { Fd, Props } from "./props.ts";
export { answerName, type Outcome, Puppet, type PuppetOptions, PuppetTheatre } from "./puppet.ts";
