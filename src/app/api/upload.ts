import type { IncomingMessage } from "node:http";
import { PlatformError } from "#core/sys";
import { AskerGone } from "./refusal.ts";

/**
 * The body of an upload as it comes, which ends with an error unless it is all of what `digest`
 * says, and no more than `bytesMax`. Whoever stops to read leaves the connection as it is.
 */
export async function* uploadedBytes(
  request: IncomingMessage,
  digest: string,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void> {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of arriving(request)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > bytesMax) throw tooLarge(bytesMax);
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (found === digest) return;
  throw new PlatformError(`the image is ${found}, and was to be ${digest}`, {
    code: "IMAGE_MALFORMED",
    hint: "upload it again; the file may have changed meanwhile",
  });
}

/** Throws before a byte is read where the size is told and too large. */
export function refuseLargeImage({ headers }: IncomingMessage, bytesMax: number): void {
  if (Number(headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

async function* arriving(request: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk;
  } catch (cause) {
    throw new AskerGone("the connection was closed", { cause });
  }
}

function tooLarge(bytesMax: number): PlatformError {
  return new PlatformError(`the image has more than ${bytesMax} bytes, the most there may be`, {
    code: "IMAGE_TOO_LARGE",
    hint: "keep large files outside the image and grant them",
  });
}
