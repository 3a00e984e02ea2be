import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { errno, Errno, type ErrnoName } from "#core/sys";

/** How one kind of value is written, so that it reads back as the same. */
export interface ValueCodec<T> {
  readonly write: (writer: ByteWriter, value: T) => void;
  /** Throws `MalformedBytes` for what `write` never writes. */
  readonly read: (reader: ByteReader) => T;
}

/** `undefined` for success, or why not. */
export const outcome: ValueCodec<Errno | undefined> = {
  write: (writer, value) => {
    // The same byte as an empty text, without the work of encoding one.
    if (value === undefined) writer.u8(0);
    else writer.text(value.name);
  },
  read: (reader) => {
    const at = reader.offset;
    const name = reader.text();
    if (name === "") return undefined;
    if (!Object.hasOwn(errno, name)) throw new MalformedBytes(`unknown error "${name}"`, at);
    return errno[name as ErrnoName];
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

/**
 * Texts one after the other, as a list has them. A head is written at each request: of its own loop
 * the engine knows what is written, of one that all lists share it does not.
 */
export const texts: ValueCodec<readonly string[]> = {
  write: (writer, values) => {
    writer.unsigned(values.length);
    for (let index = 0; index < values.length; index++) writer.text(values[index] ?? "");
  },
  read: (reader) => textList.read(reader),
};

/** Bytes; read as a copy, which outlives the frame they were in. */
export const bytes: ValueCodec<Uint8Array> = {
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes().slice(),
};

export const flag: ValueCodec<boolean> = {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read: (reader) => reader.u8() !== 0,
};

// One bigint takes ten operations to be cut into bytes, two views of one buffer take none.
const word64 = new BigInt64Array(1);
const words32 = new Uint32Array(word64.buffer);

/** A whole number of 64 bits with its sign, in eight bytes. */
export const signed64: ValueCodec<bigint> = {
  write: (writer, value) => {
    word64[0] = value;
    writer.u32(words32[0] ?? 0);
    writer.u32(words32[1] ?? 0);
  },
  read: (reader) => {
    words32[0] = reader.u32();
    words32[1] = reader.u32();
    return word64[0] ?? 0n;
  },
};

/** A whole number of 64 bits from 0 up, in eight bytes. */
export const unsigned64: ValueCodec<bigint> = {
  write: (writer, value) => signed64.write(writer, value),
  read: (reader) => BigInt.asUintN(64, signed64.read(reader)),
};

/** One of a few values, by its place in a list that may only grow at its end. */
export function oneOf<T extends string>(values: readonly T[]): ValueCodec<T> {
  return {
    write: (writer, value) => writer.u8(values.indexOf(value)),
    read: (reader) => {
      const at = reader.offset;
      const number = reader.u8();
      const value = values[number];
      if (value === undefined) throw new MalformedBytes(`unknown number ${number}`, at);
      return value;
    },
  };
}

/** Any number of values one after the other. */
export function list<T>(codec: ValueCodec<T>): ValueCodec<readonly T[]> {
  return {
    write: (writer, values) => {
      writer.unsigned(values.length);
      for (const value of values) codec.write(writer, value);
    },
    read: (reader) => {
      const at = reader.offset;
      const count = reader.unsigned();
      // Each value takes a byte at least, so a false count cannot ask for much.
      if (count > reader.remainingBytes) throw new MalformedBytes(`${count} values announced`, at);
      return Array.from({ length: count }, () => codec.read(reader));
    },
  };
}

const textList = list(text);

/** A value that may be left out. */
export function optional<T>(codec: ValueCodec<T>): ValueCodec<T | undefined> {
  return {
    write: (writer, value) => {
      flag.write(writer, value !== undefined);
      if (value !== undefined) codec.write(writer, value);
    },
    read: (reader) => (flag.read(reader) ? codec.read(reader) : undefined),
  };
}

/** A few values of a kind each, one after the other. */
export function tuple<T extends readonly unknown[]>(
  ...codecs: { readonly [Index in keyof T]: ValueCodec<T[Index]> }
): ValueCodec<Readonly<T>> {
  return {
    write: (writer, values) => {
      for (let index = 0; index < codecs.length; index++) {
        codecs[index]?.write(writer, values[index]);
      }
    },
    read: (reader) => codecs.map((codec) => codec.read(reader)) as unknown as T,
  };
}

/** Parameters of a call: how many, which of them have 64 bits, and each as a bit pattern. */
export const parameters: ValueCodec<readonly (number | bigint)[]> = {
  write: (writer, values) => {
    let wide = 0;
    for (let index = 0; index < values.length; index++) {
      if (typeof values[index] === "bigint") wide |= 1 << index;
    }
    writer.u8(values.length);
    writer.unsigned(wide);
    for (const value of values) {
      if (typeof value === "bigint") signed64.write(writer, value);
      else writer.unsigned(value >>> 0);
    }
  },
  read: (reader) => {
    const count = reader.u8();
    const wide = reader.unsigned();
    const values: (number | bigint)[] = [];
    for (let index = 0; index < count; index++) {
      values.push((wide & (1 << index)) === 0 ? reader.unsigned() : unsigned64.read(reader));
    }
    return values;
  },
};
