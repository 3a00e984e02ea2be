import { MalformedBytes } from "#core/base";
import type { ChildId, EndSummary, Notice, SpawnRequest } from "#core/host";
import { type LimitName, limits, type Limits } from "#core/sys";
import { flag, list, oneOf, optional, texts, type ValueCodec } from "./values.ts";

const optionalTexts = optional(texts);

/** A child's number, which is whole. */
export const childId: ValueCodec<ChildId> = {
  write: (writer, value) => writer.unsigned(value),
  read: (reader) => reader.unsigned() as ChildId,
};

/** A number that may be a fraction or without end: as text. */
export const anyNumber: ValueCodec<number> = {
  write: (writer, value) => writer.text(String(value)),
  read: (reader) => {
    const at = reader.offset;
    const written = reader.text();
    const value = Number(written);
    if (written === "" || Number.isNaN(value)) throw new MalformedBytes("no number", at);
    return value;
  },
};

const settings = list<readonly [LimitName, number]>({
  write: (writer, [name, value]) => {
    writer.text(name);
    anyNumber.write(writer, value);
  },
  read: (reader) => {
    const at = reader.offset;
    const name = reader.text();
    if (!Object.hasOwn(limits, name)) throw new MalformedBytes(`unknown limit "${name}"`, at);
    return [name as LimitName, anyNumber.read(reader)];
  },
});
const optionalSettings = optional(settings);

/** How a child was to be started. */
export const spawnRequest: ValueCodec<SpawnRequest> = {
  write: (writer, { spec, name, args, env, uses, limits: given }) => {
    writer.text(spec);
    writer.text(name);
    for (const each of [args, env, uses]) optionalTexts.write(writer, each);
    const rows = given && (Object.entries(given) as [LimitName, number][]);
    optionalSettings.write(writer, rows);
  },
  read: (reader) => {
    const [spec, name] = [reader.text(), reader.text()];
    const args = optionalTexts.read(reader);
    const env = optionalTexts.read(reader);
    const uses = optionalTexts.read(reader);
    const rows = optionalSettings.read(reader);
    return {
      spec,
      name,
      ...(args && { args }),
      ...(env && { env }),
      ...(uses && { uses }),
      ...(rows && { limits: Object.fromEntries(rows) as Partial<Limits> }),
    };
  },
};

/** In the order of their numbers, which may only grow. */
const endKind = oneOf<EndSummary["kind"]>([
  "exited",
  "killed",
  "trapped",
  "refused",
  "unacknowledged",
  "gave-up",
  "ended",
]);
const noticeKind = oneOf<Notice["kind"]>(["ended", "asked"]);

/** What a process was told of its family. */
export const noticeCodec: ValueCodec<Notice> = {
  write: (writer, notice) => {
    noticeKind.write(writer, notice.kind);
    if (notice.kind === "asked") return anyNumber.write(writer, notice.graceNs);
    childId.write(writer, notice.child);
    endKind.write(writer, notice.end.kind);
    writer.unsigned(notice.end.code);
    writer.text(notice.end.text);
    flag.write(writer, notice.isFailure);
  },
  read: (reader) => {
    if (noticeKind.read(reader) === "asked") {
      return { kind: "asked", graceNs: anyNumber.read(reader) };
    }
    const child = childId.read(reader);
    const end = { kind: endKind.read(reader), code: reader.unsigned(), text: reader.text() };
    return { kind: "ended", child, end, isFailure: flag.read(reader) };
  },
};
