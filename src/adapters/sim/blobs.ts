import type { Blobs } from "#core/host";

/** Blobs that last as long as this object. */
export function memoryBlobs(): Blobs {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (key) => kept.get(key)?.slice(),
    put: (key, bytes) => void kept.set(key, bytes.slice()),
  };
}
