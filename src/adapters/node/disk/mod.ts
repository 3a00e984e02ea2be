/**
 * Files that are there afterwards: folders and small files, made so that a machine that stops in
 * the middle leaves the old or the new.
 *
 * Knows: which calls bring a file, and its name, to the disk, and what to tell the operator when
 * the disk refuses.
 * Must hold: what was written is durable when a call returns, and no other user can read it.
 * Never imports: what the files mean.
 * Start reading at `replace-file.ts`.
 */
export { isPrivate, makeFolder } from "./folder.ts";
export { notWritable } from "./problem.ts";
export { replaceFile, syncFolder, writeAll } from "./replace-file.ts";
