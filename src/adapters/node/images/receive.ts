import { rmSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { notWritable, syncFolder } from "#adapters/node/disk";
import { PlatformError } from "#core/sys";
import { digestOf, draftPrefix } from "./digest.ts";

interface Destination {
  readonly folder: string;
  readonly target: string;
  readonly digest: string;
  readonly bytesMax: number;
}

let receivedCount = 0;

/** Makes the bytes a file of the folder; under its name only when it is whole and on the disk. */
export async function receive(
  bytes: AsyncIterable<Uint8Array>,
  destination: Destination,
): Promise<void> {
  const { folder, target } = destination;
  receivedCount += 1;
  const draft = join(folder, `${draftPrefix}${receivedCount}`);
  try {
    const file = await onDisk(target, () => open(draft, "wx", 0o600));
    try {
      await fill(file, bytes, destination);
      await onDisk(target, () => file.sync());
    } finally {
      await file.close();
    }
    await onDisk(target, () => rename(draft, target));
    await onDisk(target, () => Promise.resolve(syncFolder(folder)));
  } finally {
    rmSync(draft, { force: true });
  }
}

async function fill(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  { target, digest, bytesMax }: Destination,
): Promise<void> {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  let received = 0;
  for await (const part of bytes) {
    received += part.length;
    if (received > bytesMax) throw tooLarge(bytesMax);
    hash.update(part);
    await onDisk(target, () => file.writeFile(part));
  }
  const found = digestOf(hash.digest("hex"));
  if (found !== digest) throw otherDigest({ found, digest });
}

/** What the disk refuses is told apart from what the sender does wrong. */
async function onDisk<T>(target: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    throw notWritable(target, error);
  }
}

function tooLarge(bytesMax: number): PlatformError {
  return new PlatformError(`the image has more than the ${bytesMax} bytes that one may have`, {
    code: "REQUEST_TOO_LARGE",
    hint: "keep large files outside the image, and grant them with `uses: { files: … }`",
  });
}

function otherDigest(of: { readonly found: string; readonly digest: string }): PlatformError {
  return new PlatformError(`the image was to have the digest ${of.digest}, and has ${of.found}`, {
    code: "REQUEST_INVALID",
    hint: "send it again; if the file is being written, wait until it is whole",
  });
}
