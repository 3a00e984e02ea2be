import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import type { ExitReason } from "#core/sys";
import { type ErrorCode, Errno, errnoNamed, type LimitName } from "#core/sys";

/** A value or an `Errno`, each written so that it reads back as the same. */
export interface ValueCodec<T> {
  readonly write: (writer: ByteWriter, value: T) => void;
  readonly read: (reader: ByteReader) => T;
}

/** `undefined` for success, or why not. */
export const outcome: ValueCodec<Errno | undefined> = {
  write: (writer, value) => writer.text(value === undefined ? "" : value.name),
  read: (reader) => {
    const name = reader.text();
    return name === "" ? undefined : errnoNamed(name);
  },
};

/** A value that `codec` writes, or why there is none. */
export function fallible<T>(codec: ValueCodec<T>): ValueCodec<T | Errno> {
  return {
    write: (writer, value) => {
      if (value instanceof Errno) return outcome.write(writer, value);
      outcome.write(writer, undefined);
      codec.write(writer, value);
    },
    read: (reader) => outcome.read(reader) ?? codec.read(reader),
  };
}

export const unsigned: ValueCodec<number> = {
  write: (writer, value) => writer.unsigned(value),
  read: (reader) => reader.unsigned(),
};

export const text: ValueCodec<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

/** Bytes; read as a copy, which outlives the recording's frame. */
export const bytes: ValueCodec<Uint8Array> = {
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes().slice(),
};

/** Parameters of a call: how many, which of them are 64-bit, and each as a bit pattern. */
export const parameters: ValueCodec<readonly (number | bigint)[]> = {
  write: (writer, values) => {
    let wide = 0;
    for (const [index, value] of values.entries()) {
      if (typeof value === "bigint") wide |= 1 << index;
    }
    writer.u8(values.length);
    writer.unsigned(wide);
    for (const value of values) {
      if (typeof value === "bigint") writer.unsigned64(BigInt.asUintN(64, value));
      else writer.unsigned(value >>> 0);
    }
  },
  read: (reader) => {
    const count = reader.u8();
    const wide = reader.unsigned();
    const values: (number | bigint)[] = [];
    for (let index = 0; index < count; index++) {
      values.push((wide & (1 << index)) === 0 ? reader.unsigned() : reader.unsigned64());
    }
    return values;
  },
};

const reasonKinds = ["exited", "killed by limit", "killed by somebody", "trapped", "refused"];

/** Why a process ended, whole. */
export const exitReason: ValueCodec<ExitReason> = {
  write: (writer, reason) => {
    switch (reason.kind) {
      case "exited":
        writer.u8(0);
        return writer.unsigned(reason.code);
      case "killed":
        return writeKilled(writer, reason.by);
      case "trapped":
        writer.u8(3);
        writer.text(reason.what);
        writer.unsigned(reason.stack.length);
        for (const frame of reason.stack) {
          writer.text(frame.functionName);
          writer.unsigned(frame.functionIndex);
          writer.unsigned(frame.offset);
        }
        return undefined;
      case "refused":
        writer.u8(4);
        writer.text(reason.code);
        writer.text(reason.why);
        return writer.text(reason.hint);
    }
  },
  read: (reader) => {
    const at = reader.offset;
    const kind = reader.u8();
    switch (reasonKinds[kind]) {
      case "exited":
        return { kind: "exited", code: reader.unsigned() };
      case "killed by limit":
        return {
          kind: "killed",
          by: { limit: reader.text() as LimitName, allowed: reader.text() },
        };
      case "killed by somebody":
        return { kind: "killed", by: { who: reader.text() } };
      case "trapped":
        return { kind: "trapped", what: reader.text(), stack: readStack(reader) };
      case "refused":
        return {
          kind: "refused",
          code: reader.text() as ErrorCode,
          why: reader.text(),
          hint: reader.text(),
        };
      default:
        throw new MalformedBytes(`unknown exit reason ${kind}`, at);
    }
  },
};

function writeKilled(writer: ByteWriter, by: (ExitReason & { kind: "killed" })["by"]): void {
  if ("limit" in by) {
    writer.u8(1);
    writer.text(by.limit);
    writer.text(by.allowed);
  } else {
    writer.u8(2);
    writer.text(by.who);
  }
}

function readStack(reader: ByteReader): (ExitReason & { kind: "trapped" })["stack"] {
  const count = Math.min(reader.unsigned(), reader.remainingBytes);
  return Array.from({ length: count }, () => ({
    functionName: reader.text(),
    functionIndex: reader.unsigned(),
    offset: reader.unsigned(),
  }));
}
