import { MalformedBytes } from "#core/base";
import {
  type ErrorCode,
  errorCodes,
  type ExitReason,
  type GuestFrame,
  type LimitName,
  limits,
} from "#core/sys";
import { list, oneOf, text, type ValueCodec } from "./values.ts";

/** In the order of their numbers, which may only grow. */
const kinds = ["exited", "killed by limit", "killed by somebody", "trapped", "refused"] as const;
type Kind = (typeof kinds)[number];

const kind = oneOf<Kind>(kinds);

const stack = list<GuestFrame>({
  write: (writer, frame) => {
    writer.text(frame.functionName);
    writer.signed(frame.functionIndex);
    writer.unsigned(frame.offset);
  },
  read: (reader) => ({
    functionName: reader.text(),
    functionIndex: reader.signed(),
    offset: reader.unsigned(),
  }),
});

/** Texts that stand for themselves, and must be known. */
function known<T extends string>(isKnown: (name: string) => boolean): ValueCodec<T> {
  return {
    write: (writer, name) => writer.text(name),
    read: (reader) => {
      const at = reader.offset;
      const name = reader.text();
      if (!isKnown(name)) throw new MalformedBytes(`unknown name "${name}"`, at);
      return name as T;
    },
  };
}

const limitName = known<LimitName>((name) => Object.hasOwn(limits, name));
const errorCode = known<ErrorCode>((name) => (errorCodes as readonly string[]).includes(name));

/** Why a process ended, whole. */
export const exitReason: ValueCodec<ExitReason> = {
  write: (writer, reason) => {
    kind.write(writer, kindOf(reason));
    switch (reason.kind) {
      case "exited":
        return writer.unsigned(reason.code);
      case "killed":
        if ("who" in reason.by) return writer.text(reason.by.who);
        limitName.write(writer, reason.by.limit);
        return writer.text(reason.by.allowed);
      case "trapped":
        writer.text(reason.what);
        return stack.write(writer, reason.stack);
      case "refused":
        errorCode.write(writer, reason.code);
        writer.text(reason.why);
        return writer.text(reason.hint);
    }
  },
  read: (reader) => {
    switch (kind.read(reader)) {
      case "exited":
        return { kind: "exited", code: reader.unsigned() };
      case "killed by limit":
        return {
          kind: "killed",
          by: { limit: limitName.read(reader), allowed: text.read(reader) },
        };
      case "killed by somebody":
        return { kind: "killed", by: { who: reader.text() } };
      case "trapped":
        return { kind: "trapped", what: reader.text(), stack: stack.read(reader) };
      case "refused": {
        const code = errorCode.read(reader);
        return { kind: "refused", code, why: reader.text(), hint: reader.text() };
      }
    }
  },
};

function kindOf(reason: ExitReason): Kind {
  if (reason.kind !== "killed") return reason.kind;
  return "limit" in reason.by ? "killed by limit" : "killed by somebody";
}
