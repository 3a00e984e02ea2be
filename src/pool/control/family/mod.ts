/**
 * Programs that start programs: what a child may have, and how its parent knows it.
 *
 * Knows: grants and limits of a child below those of its parent, the room that all below a program
 * share, the numbers under which parents know their children.
 * Must hold: no child reaches or takes more than its parent; a program knows its own children only.
 * Never imports: a tree that runs, an executor.
 * Start reading at `admit.ts`.
 */
export { admit, type Given, type Parent, take } from "./admit.ts";
export { Offspring, summaryOf } from "./offspring.ts";
