/**
 * Content-addressed bytes in a folder of the disk, which outlive the OS process.
 *
 * Knows: how one blob lies in one file, and which files go when there are too many.
 * Must hold: a name shows a whole blob or none, whoever writes at the same time and whenever the
 * machine stops, and none of which a bit has changed since; no failure of the disk reaches the
 * caller; other users cannot read or write.
 * Never imports: what the blobs mean.
 * Start reading at `disk-blobs.ts`.
 */
export { type DiskBlobs, diskBlobs } from "./disk-blobs.ts";
export { usualProgramFolder } from "./usual-folder.ts";
