import { closeSync, openSync, readFileSync } from "node:fs";
import { writeAll } from "#adapters/node/disk";

/** Of each file we make: a repair relies on it. */
export const pageBytes = 4096;

/** Where the first page has the number of all pages. With 0 there, SQLite counts for itself. */
const pageCountOffset = 28;

/** Where it has our number of the format, and the name of the program it belongs to. */
const formatOffset = 60;
const applicationOffset = 68;

/** The format that a file says it has; 0 when it does not say that it is of this kind. */
export function formatInHeader(path: string, applicationId: number): number {
  const page = readFileSync(path).subarray(0, pageBytes);
  const isOurs =
    page.length === pageBytes && page.readUInt32BE(applicationOffset) === applicationId;
  return isOurs ? page.readUInt32BE(formatOffset) : 0;
}

/** The first page of a file, fit for files of other sizes. */
export function firstPageOf(path: string): Uint8Array {
  const page = readFileSync(path).subarray(0, pageBytes);
  page.writeUInt32BE(0, pageCountOffset);
  return page;
}

/**
 * Gives a file the first page of another. In all our files of one format it says the same: where
 * the tables begin and what they are called. So a file whose first page is lost can be read.
 */
export function lendFirstPage(path: string, page: Uint8Array): void {
  const file = openSync(path, "r+");
  try {
    writeAll(file, page);
  } finally {
    closeSync(file);
  }
}
