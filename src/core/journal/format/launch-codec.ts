import type { ByteReader, ByteWriter } from "#core/base";
import type { Launch } from "#core/kernel";
import { defaultLimits, type LimitName, type Limits } from "#core/sys";
import { text, type ValueCodec } from "./values.ts";

function list<T>(codec: ValueCodec<T>): ValueCodec<readonly T[]> {
  return {
    write: (writer, values) => {
      writer.unsigned(values.length);
      for (const value of values) codec.write(writer, value);
    },
    read: (reader) => {
      const count = Math.min(reader.unsigned(), reader.remainingBytes);
      return Array.from({ length: count }, () => codec.read(reader));
    },
  };
}

const flag: ValueCodec<boolean> = {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read: (reader) => reader.u8() !== 0,
};

const texts = list(text);
const flags = list(flag);

const directories = list<Launch["directories"][number]>({
  write: (writer, { guest, readOnly }) => {
    writer.text(guest);
    flag.write(writer, readOnly);
  },
  read: (reader) => ({ guest: reader.text(), readOnly: flag.read(reader) }),
});

/** How a process was started, as a recording's header holds it. */
export const launchCodec: ValueCodec<Launch> = {
  write: (writer, launch) => {
    writer.text(launch.name);
    texts.write(writer, launch.args);
    texts.write(writer, launch.env);
    writeLimits(writer, launch.limits);
    flags.write(writer, launch.terminals);
    texts.write(writer, launch.listeners);
    texts.write(writer, launch.connections);
    directories.write(writer, launch.directories);
    flag.write(writer, launch.hasRoot);
  },
  read: (reader) => ({
    name: reader.text(),
    args: texts.read(reader),
    env: texts.read(reader),
    limits: readLimits(reader),
    terminals: flags.read(reader),
    listeners: texts.read(reader),
    connections: texts.read(reader),
    directories: directories.read(reader),
    hasRoot: flag.read(reader),
  }),
};

function writeLimits(writer: ByteWriter, limits: Limits): void {
  const rows = Object.entries(limits);
  writer.unsigned(rows.length);
  for (const [name, value] of rows) {
    writer.text(name);
    // As text, because a limit may be a fraction or without end.
    writer.text(String(value));
  }
}

function readLimits(reader: ByteReader): Limits {
  const limits: Record<LimitName, number> = { ...defaultLimits };
  const count = reader.unsigned();
  for (let index = 0; index < count; index++) {
    const name = reader.text();
    const value = Number(reader.text());
    if (Object.hasOwn(limits, name) && !Number.isNaN(value)) limits[name as LimitName] = value;
  }
  return limits;
}
