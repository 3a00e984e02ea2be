/**
 * `noos:http`: programs that serve requests, and make them. An import module beside those of a
 * personality, and two exports by which the kernel calls a program for what comes.
 *
 * Knows: the functions, their records and numbers, how heads are written in the guest's memory
 * (`heads.ts`), how a program is driven that exports `noos_handle` or `noos_event` (`course.ts`).
 * A translator takes arguments apart, asks an exchange of the process, and writes the answer.
 * Must hold: every address is checked, and one outside the memory answers EFAULT before anything
 * is asked; no head leaves the guest that is not well formed; a program of events never waits.
 * Never imports: a personality, another extension, the journal, an adapter.
 * Start reading at `calls.ts`; guests/sdk/c/noos/http.h says the same to programs.
 */
export { isEventful, isHandler } from "./course.ts";
export { noosHttp } from "./calls.ts";
export { makesRequests } from "./makes-requests.ts";
