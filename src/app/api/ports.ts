import type { Management } from "#pool/api";

/** Images by content. */
export interface ImageStore {
  has(digest: string): boolean;
  /**
   * Keeps all of `bytes` under `sha256:…`, or nothing when they end with an error: it is not for
   * the store to check that they are what the digest says.
   */
  put(digest: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
}

/** The recordings of crashes. */
export interface CrashFiles {
  open(id: string): Promise<CrashFile | undefined>;
}

export interface CrashFile {
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What a server of the protocol stands on. */
export interface ApiPorts {
  readonly management: Management;
  readonly images: ImageStore;
  readonly crashes: CrashFiles;
  /** The daemon is to end; called once the answer that says so is on its way. */
  down(): void;
  /** A request met a bug of ours. It is answered; who is told decides what becomes of the rest. */
  failed(error: unknown): void;
}
