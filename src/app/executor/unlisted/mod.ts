/**
 * Requests of processes to whom their `uses` do not list: refused as a rule, or only counted.
 *
 * Knows: whom such a request is for, how many were made and refused in each life, which of them the
 * daemon was told of; not what is listed, nor how a request is made.
 * Must hold: every one of them is counted; where too many callees are told apart none is made; the
 * daemon is told of so many a second and no more, whatever programs call.
 * Never imports: an adapter. What is let through goes out by an outlet that it is given.
 * Start reading at `unlisted.ts`.
 */
export { UnlistedBook } from "./book.ts";
export { Unlisted } from "./unlisted.ts";
