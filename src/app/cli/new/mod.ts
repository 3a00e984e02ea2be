/**
 * `noos new`: a small app to begin with.
 *
 * Knows: which templates there are, what each needs to be built, and where their files lie.
 * Must hold: nothing that is there is written over; what is written runs as it is, once the
 * commands that are shown have been given.
 * Never imports: a daemon.
 * Start reading at `new.ts`, then `templates.ts`.
 */
export { newApp } from "./new.ts";
