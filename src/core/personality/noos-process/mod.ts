/**
 * `noos:process`: programs as parents. An import module beside those of a personality.
 *
 * Knows: the six functions, their records in the guest's memory and the bounds of what they take.
 * A translator takes arguments apart, asks the process's kin, and writes the answer.
 * Must hold: a process without a family gets ENOTSUP from each of them; every address is checked,
 * and one outside the memory answers EFAULT before anything is asked; errors are numbered as in the
 * personality it extends. guests/sdk/c/noos/process.h says the same to programs.
 * Never imports: a personality, the journal, core/supervise.
 * Start reading at `calls.ts`.
 */
export { canBeAsked, hasFamilyCalls } from "./can-be-asked.ts";
export { noosProcess } from "./calls.ts";
