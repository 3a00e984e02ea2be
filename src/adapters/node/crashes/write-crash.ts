import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Turns } from "#core/host";
import { draftOf, recordingOf } from "./names.ts";
import { sealPieces } from "./sealed-file.ts";
import type { SealingKey } from "./sealing-key.ts";

export interface CrashOrder {
  readonly folder: string;
  readonly id: string;
  readonly key: SealingKey;
  readonly turns: Turns;
}

/**
 * Writes a recording, sealed, with turns for others between its chunks. Answers its size as a file;
 * `undefined` where it cannot be written, of which nothing is left then.
 */
export async function writeCrash(
  pieces: Iterable<Uint8Array>,
  { folder, id, key, turns }: CrashOrder,
): Promise<number | undefined> {
  const draft = join(folder, draftOf(id));
  const path = join(folder, recordingOf(id));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = await open(draft, "wx", 0o600);
    try {
      await writeAll(file, sealPieces(pieces, key, id), turns);
    } finally {
      await file.close();
    }
    renameSync(draft, path);
    return statSync(path).size;
  } catch {
    // A crash is told of as such; that nothing more is known of it shows in the list of them.
    rmSync(draft, { force: true });
    return undefined;
  }
}

async function writeAll(
  file: FileHandle,
  pieces: Iterable<Uint8Array>,
  turns: Turns,
): Promise<void> {
  for (const piece of pieces) {
    // A disk that is nearly full takes a part and says so.
    for (let written = 0; written < piece.length;) {
      written += (await file.write(piece, written)).bytesWritten;
    }
    await new Promise<void>((resolve) => turns.next(resolve));
  }
}
