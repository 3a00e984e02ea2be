/**
 * `noos dev`: an app that follows its sources while somebody works on them.
 *
 * Knows: what an app is made of and what a change of it touches, what answers in place of a script
 * that cannot be built, and how what processes write is told apart.
 * Must hold: only what changed is built anew; a mistake is shown in the terminal and by the process
 * it is of, and ends nothing; when the command ends, so does all that it brought.
 * Never imports: how a daemon does its work.
 * Start reading at `dev.ts`, then `session.ts`.
 */
export { dev } from "./dev.ts";
