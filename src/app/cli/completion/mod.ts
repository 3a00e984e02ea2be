/**
 * `noos completion`: what makes a shell complete what is typed after `noos`.
 *
 * Knows: the languages of three shells; that names of what runs are asked of the daemon each time.
 * Must hold: scripts follow from the table of commands alone; asking for names never fails nor
 * says anything, for it happens while somebody types.
 * Never imports: a command.
 * Start reading at `completion.ts`.
 */
export { completion } from "./completion.ts";
export { type Shell, shellScripts } from "./shell-scripts.ts";
