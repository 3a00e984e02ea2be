/**
 * FILE of a command: a program as it is found at a path, alone or in an image.
 *
 * Knows: how a file, a pipe or an image is read, what its first bytes say it is, and what its
 * digest was when it was read before. Nothing of what is done with a program.
 * Must hold: nothing beyond the bound is read, and of what is no program only the beginning; what
 * an image needs is loaded only for one, for the start is measured.
 * Never imports: a command.
 * Start reading at `program-file.ts`.
 */
export { knowingDigest } from "./known-digest.ts";
export { type ProgramFile, type ReadingOptions, readProgram } from "./program-file.ts";
