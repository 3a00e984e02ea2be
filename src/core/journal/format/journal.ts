import { assert, ByteReader, MalformedBytes } from "#core/base";
import type { Codec } from "#core/host";
import { PlatformError } from "#core/sys";
import { type Entry, readEntry } from "./entries.ts";
import { type PackedFrame, unpackFrame } from "./frames.ts";

/** All entries of a recording. They stay packed until they are read, a frame at a time. */
export class Journal {
  readonly #frames: readonly PackedFrame[];
  readonly #codec: Pick<Codec, "decompress">;

  constructor(frames: readonly PackedFrame[], codec: Pick<Codec, "decompress">) {
    this.#frames = frames;
    this.#codec = codec;
  }

  /** A cursor before the first entry. */
  start(): Cursor {
    return new Cursor((index) => {
      const frame = this.#frames[index];
      return frame === undefined ? undefined : unpackFrame(frame, this.#codec);
    });
  }
}

/** Where a cursor stands: the frame it reads, and the offset of the next entry in it. */
interface Place {
  readonly frameIndex: number;
  readonly payload: Uint8Array;
  readonly offset: number;
  readonly position: number;
}

const beforeAll: Place = { frameIndex: -1, payload: new Uint8Array(0), offset: 0, position: 0 };

/** Reads a journal entry by entry. Bytes that are no entries throw `RECORDING_MALFORMED`. */
export class Cursor {
  readonly #frame: (index: number) => Uint8Array | undefined;
  #frameIndex: number;
  #payload: Uint8Array;
  #reader: ByteReader;
  #position: number;
  #next: { readonly entry: Entry; readonly offset: number } | undefined = undefined;

  constructor(frame: (index: number) => Uint8Array | undefined, place: Place = beforeAll) {
    this.#frame = frame;
    this.#frameIndex = place.frameIndex;
    this.#payload = place.payload;
    this.#reader = new ByteReader(place.payload, place.offset);
    this.#position = place.position;
  }

  /** How many entries were taken. */
  get position(): number {
    return this.#position;
  }

  /** The next entry; `undefined` at the end. */
  peek(): Entry | undefined {
    if (this.#next !== undefined) return this.#next.entry;
    while (this.#reader.remainingBytes === 0) {
      const payload = this.#frame(this.#frameIndex + 1);
      if (payload === undefined) return undefined;
      this.#frameIndex += 1;
      this.#payload = payload;
      this.#reader = new ByteReader(payload);
    }
    const { offset } = this.#reader;
    this.#next = { entry: this.#read(), offset };
    return this.#next.entry;
  }

  /** The next entry, which is behind afterwards. Expects one. */
  take(): Entry {
    const entry = this.peek();
    assert(entry !== undefined, "only an entry that is there is taken");
    this.#next = undefined;
    this.#position += 1;
    return entry;
  }

  /** Another one that stands where this one does. */
  copy(): Cursor {
    return new Cursor(this.#frame, {
      frameIndex: this.#frameIndex,
      payload: this.#payload,
      offset: this.#next?.offset ?? this.#reader.offset,
      position: this.#position,
    });
  }

  #read(): Entry {
    try {
      return readEntry(this.#reader);
    } catch (cause) {
      throw cause instanceof MalformedBytes ? malformed(cause, this.#position + 1) : cause;
    }
  }
}

/** What to say when a recording's content does not read as it should; entries count from 1. */
export function malformed(cause: MalformedBytes, entry?: number): PlatformError {
  const where = entry === undefined ? "" : `entry ${entry}: `;
  return new PlatformError(`cannot read the recording: ${where}${cause.message}`, {
    code: "RECORDING_MALFORMED",
    hint: "fetch the file again from where it was recorded",
    cause,
  });
}
