import { type FileHandle, open } from "node:fs/promises";
import { PlatformError } from "#core/sys";
import type { Seal } from "#pool/host";
import {
  chunkBytesMax,
  ChunkSeal,
  contentBytesMax,
  headBytesMax,
  readHead,
} from "./sealed-file.ts";
import { openSealedKey } from "./sealing-key.ts";

/** What was sealed. */
export interface OpenedFile {
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Where the chunks of a file are, and what opens them. */
interface Sealed {
  readonly path: string;
  readonly name: string;
  readonly chunks: ChunkSeal;
  readonly startBytes: number;
  readonly chunkCount: number;
}

/**
 * The content of a sealed file, of which all was proven before; `undefined` where there is no such
 * file. Throws `CRASH_UNREADABLE`.
 */
export async function openSealedFile(
  path: string,
  { seal, name }: { readonly seal: Seal; readonly name: string },
): Promise<OpenedFile | undefined> {
  await using file = await openIfThere(path);
  if (file === undefined) return undefined;
  const head = readHead(await readAt(file, 0, headBytesMax));
  if (head === undefined) throw unreadable(name);
  const chunks = new ChunkSeal(keyOf(seal, head.sealedKey, name), head, name);
  const startBytes = head.bytes.length;
  const restBytes = (await file.stat()).size - startBytes;
  const chunkCount = Math.ceil(restBytes / chunkBytesMax);
  // Read twice, so that whoever gets the first byte gets them all; that nothing is said halfway.
  const sealed = { path, name, chunks, startBytes, chunkCount };
  for await (const _ of contentOf(file, sealed));
  const addedBytes = chunkCount * (chunkBytesMax - contentBytesMax);
  return { sizeBytes: restBytes - addedBytes, bytes: readAgain(sealed) };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function keyOf(seal: Seal, sealedKey: string, name: string): Uint8Array {
  try {
    return openSealedKey(seal, sealedKey);
  } catch (error) {
    if (error instanceof PlatformError) throw unreadable(name, error);
    throw error;
  }
}

async function* readAgain(sealed: Sealed): AsyncGenerator<Uint8Array, void> {
  await using file = await openIfThere(sealed.path);
  if (file === undefined) throw unreadable(sealed.name);
  yield* contentOf(file, sealed);
}

async function* contentOf(
  file: FileHandle,
  { chunks, startBytes, chunkCount, name }: Sealed,
): AsyncGenerator<Uint8Array, void> {
  if (chunkCount < 1) throw unreadable(name);
  for (let index = 0; index < chunkCount; index++) {
    const chunk = await readAt(file, startBytes + index * chunkBytesMax, chunkBytesMax);
    const content = chunks.open(chunk, index, index === chunkCount - 1);
    if (content === undefined) throw unreadable(name);
    yield content;
  }
}

/** So many bytes, or those that there are. */
async function readAt(file: FileHandle, position: number, bytesMax: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(bytesMax);
  for (let filled = 0; ;) {
    const { bytesRead } = await file.read(buffer, filled, bytesMax - filled, position + filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === bytesMax) return buffer.subarray(0, filled);
  }
}

function unreadable(name: string, cause?: unknown): PlatformError {
  return new PlatformError(
    `cannot read the recording of the crash "${name}": its file is not what this daemon sealed`,
    {
      code: "CRASH_UNREADABLE",
      hint: "put back the file, or the file `key` of its time; else nothing can be read of it",
      cause,
    },
  );
}
