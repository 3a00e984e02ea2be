/**
 * The port `OutsideDirectory` on Node: a directory of this machine, granted to a process.
 *
 * Knows: Node's calls of the file system, what they cost, and the ways of Linux below them.
 * Must hold: each call looks at a single name below an open directory (`/proc/self/fd/N/name`,
 * the same as `openat`) and follows no symbolic link, so that no path, link, rename or race leads
 * out; only regular files are opened, and opening never waits; what is open is bounded. A name or
 * target that is not UTF-8 is left out of listings and answers EILSEQ.
 * Late: a directory that somebody else has renamed may be found at its old path for a millisecond.
 * Weaker: without `/proc/self/fd` (macOS) a directory is addressed by the path it was opened by,
 * after a check that this still leads to it; who puts a link there between check and use can lead
 * a guest astray.
 * Never imports: anything of core but base, sys and host.
 * Start reading at `node-directory.ts`, then `opened.ts`.
 */
export { type DirectoryGrant, openNodeDirectory, whyNoDirectory } from "./open.ts";
