import type { ByteReader } from "#core/base";
import {
  Arrived,
  Asked,
  bytes,
  Cursor,
  exitReason,
  outcome,
  parameters,
  type Recording,
  Tag,
} from "#core/journal/format";
import type { Errno, ExitReason } from "#core/sys";
import { RecordedFiles } from "./recorded-files.ts";

/** What came from one stream: all its bytes, and how it ended if it did. */
export interface StreamInput {
  readonly chunks: Uint8Array[];
  end: "end" | Errno | undefined;
}

/** Everything that came into a process, sorted by where it came from. */
export class Inputs {
  readonly realtime: bigint[] = [];
  readonly monotonic: bigint[] = [];
  readonly cpu: bigint[] = [];
  readonly entropy: Uint8Array[] = [];
  readonly streams: Map<number, StreamInput> = new Map();
  /** By listener: how many connections came, and the errors among them. */
  readonly accepted: Map<number, (Errno | undefined)[]> = new Map();
  readonly files: Map<number, RecordedFiles> = new Map();
  /** By port: what the recorded run wrote. */
  readonly outputs: Map<number, Uint8Array[]> = new Map();
  end: ExitReason | undefined = undefined;

  constructor(recording: Recording) {
    const cursor = new Cursor(recording.entries);
    while (!cursor.isAtEnd) cursor.take((reader) => this.#read(reader));
  }

  #read(reader: ByteReader): void {
    switch (reader.u8()) {
      case Tag.call:
        reader.u8();
        parameters.read(reader);
        return;
      case Tag.answer:
        reader.unsigned();
        return;
      case Tag.asked:
        return this.#readAsked(reader);
      case Tag.arrived:
        return this.#readArrived(reader);
      case Tag.output:
        return this.#write(reader.unsigned(), bytes.read(reader));
      case Tag.mark:
        reader.u32();
        return;
      case Tag.ended:
        this.end = exitReason.read(reader);
        reader.u32();
        return;
      default:
        return;
    }
  }

  #readAsked(reader: ByteReader): void {
    switch (reader.u8()) {
      case Asked.realtime:
        this.realtime.push(reader.unsigned64());
        return;
      case Asked.monotonic:
        this.monotonic.push(reader.unsigned64());
        return;
      case Asked.cpu:
        this.cpu.push(reader.unsigned64());
        return;
      case Asked.entropy:
        this.entropy.push(bytes.read(reader));
        return;
      case Asked.tryPush: {
        const port = reader.unsigned();
        outcome.read(reader);
        return this.#write(port, bytes.read(reader));
      }
      default: {
        const port = reader.unsigned();
        this.files.getOrInsertComputed(port, () => new RecordedFiles()).learn(reader);
      }
    }
  }

  #readArrived(reader: ByteReader): void {
    const kind = reader.u8();
    const what = reader.unsigned();
    if (kind === Arrived.rang) return;
    const failed = outcome.read(reader);
    if (kind === Arrived.accepted) {
      this.accepted.getOrInsertComputed(what, () => []).push(failed);
    } else if (kind === Arrived.pulled) {
      const stream = this.streams.getOrInsertComputed(what, () => ({ chunks: [], end: undefined }));
      if (failed !== undefined) {
        stream.end = failed;
        return;
      }
      const chunk = bytes.read(reader);
      if (chunk.length === 0) stream.end = "end";
      else stream.chunks.push(chunk);
    }
  }

  #write(port: number, content: Uint8Array): void {
    this.outputs.getOrInsertComputed(port, () => []).push(content);
  }
}
