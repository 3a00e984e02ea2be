import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import type { Launch } from "#core/kernel";
import { defaultLimits, type LimitName, type Limits } from "#core/sys";
import { flag, list, optional, text, texts, type ValueCodec } from "./values.ts";

const flags = list(flag);

const directories = list<Launch["directories"][number]>({
  write: (writer, { guest, readOnly }) => {
    writer.text(guest);
    flag.write(writer, readOnly);
  },
  read: (reader) => ({ guest: reader.text(), readOnly: flag.read(reader) }),
});

/**
 * How a process was started, as a recording's header begins with it. What a launch has come to say
 * since, `launchAdditions` puts at the header's end.
 */
export const launchCodec: ValueCodec<Omit<Launch, keyof LaunchAdditions>> = {
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

type LaunchAdditions = Pick<Launch, "familyPath" | "hasInlet" | "hasOutlet" | "names">;

const path = optional(text);

/** What recordings of earlier builds do not have: additions come only at the end of it. */
export const launchAdditions: ValueCodec<LaunchAdditions> = {
  write: (writer, { familyPath, hasInlet, hasOutlet, names }) => {
    path.write(writer, familyPath);
    flag.write(writer, hasInlet);
    flag.write(writer, hasOutlet);
    texts.write(writer, names);
  },
  read: (reader) => {
    const isThere = (): boolean => reader.remainingBytes > 0;
    return {
      familyPath: isThere() ? path.read(reader) : undefined,
      hasInlet: isThere() && flag.read(reader),
      hasOutlet: isThere() && flag.read(reader),
      names: isThere() ? texts.read(reader) : [],
    };
  },
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

/** A limit this build has and the recording does not is at its default; others must be known. */
function readLimits(reader: ByteReader): Limits {
  const limits: Record<LimitName, number> = { ...defaultLimits };
  for (let left = reader.unsigned(); left > 0; left--) {
    const at = reader.offset;
    const name = reader.text();
    const value = Number(reader.text());
    if (!Object.hasOwn(limits, name) || Number.isNaN(value)) {
      throw new MalformedBytes(`unknown limit "${name}"`, at);
    }
    limits[name as LimitName] = value;
  }
  return limits;
}
