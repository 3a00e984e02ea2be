/**
 * The devices that programs expect to find: `null`, `zero`, `full`, `random`, `urandom`.
 *
 * Knows: what each of them answers to reading and writing; nothing of where it is mounted.
 * Must hold: it has no state, so there is nothing to save; chance comes from the `Entropy` that
 * was handed in and is recorded there.
 * Never imports: another file system.
 * Start reading at the table in `devices.ts`.
 */
export { devices } from "./devices.ts";
