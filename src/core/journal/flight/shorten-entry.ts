// table: one row per kind of entry that may hold much
import type { Fields } from "#core/host/traffic";
import type { AnsweredQuestion, Entry, EntryKind, EntryOf } from "#core/journal/format";
import { Errno } from "#core/sys";

/** An entry that holds less, and how much of it was left out. */
export interface Shortened<E extends Entry = Entry> {
  readonly entry: E;
  readonly left: number;
}

/** What a name in a listing counts for, of the bytes that are kept. */
const listedBytes = 128;

type Shorten<K extends EntryKind> = (entry: EntryOf<K>, bytesMax: number) => Shortened;

const rows: { readonly [K in EntryKind]?: Shorten<K> } = {
  entropy: (entry, max) => shortened(entry.bytes, max, (bytes) => ({ ...entry, bytes })),
  offered: (entry, max) => shortened(entry.taken, max, (taken) => ({ ...entry, taken })),
  output: (entry, max) => shortened(entry.bytes, max, (bytes) => ({ ...entry, bytes })),
  pulled: withoutInput,
  handed: withoutInput,
  requested: (entry, max) =>
    withoutFields(entry.head.fields, max, (fields) => ({
      ...entry,
      head: { ...entry.head, fields },
    })),
  calling: (entry, max) =>
    withoutFields(entry.head.fields, max, (fields) => ({
      ...entry,
      head: { ...entry.head, fields },
    })),
  responded: (entry, max) =>
    entry.body === undefined
      ? { entry, left: 0 }
      : shortened(entry.body, max, (body) => ({ ...entry, body })),
  received: (entry, max) => {
    const { result } = entry;
    if (result instanceof Errno || result.kind === "closed") return { entry, left: 0 };
    return shortened(result.bytes, max, (bytes) => ({ ...entry, result: { ...result, bytes } }));
  },
  sent: (entry, max) => {
    const { message } = entry;
    if (message.kind === "closed") return { entry, left: 0 };
    return shortened(message.bytes, max, (bytes) => ({ ...entry, message: { ...message, bytes } }));
  },
  asked: (entry, max) => {
    const put = (question: AnsweredQuestion): Entry => ({ ...entry, question });
    return shortenQuestion(entry, max, put);
  },
};

/** An entry with no more than the first so many bytes of what was read or written. */
export function shortenEntry(entry: Entry, bytesMax: number): Shortened {
  return rows[entry.kind]?.(entry as never, bytesMax) ?? { entry, left: 0 };
}

function withoutInput(entry: EntryOf<"pulled" | "handed">, bytesMax: number): Shortened {
  if (!(entry.result instanceof Uint8Array)) return { entry, left: 0 };
  return shortened(entry.result, bytesMax, (result) => ({ ...entry, result }));
}

function shortenQuestion(
  entry: EntryOf<"asked">,
  bytesMax: number,
  put: (question: AnsweredQuestion) => Entry,
): Shortened {
  const { question } = entry;
  if (question.call === "read" && question.answer instanceof Uint8Array) {
    return shortened(question.answer, bytesMax, (answer) => put({ ...question, answer }));
  }
  if (question.call === "write") {
    const [handle, position, content] = question.subject;
    return shortened(content, bytesMax, (kept) =>
      put({ ...question, subject: [handle, position, kept] }),
    );
  }
  if (question.call === "list" && Array.isArray(question.answer)) {
    const names = question.answer as readonly unknown[];
    const namesMax = Math.floor(bytesMax / listedBytes);
    if (names.length <= namesMax) return { entry, left: 0 };
    const answer = question.answer.slice(0, namesMax);
    return { entry: put({ ...question, answer }), left: names.length - namesMax };
  }
  return { entry, left: 0 };
}

/** A head that is long is so by its fields: none of them is kept. */
function withoutFields(fields: Fields, bytesMax: number, put: (kept: Fields) => Entry): Shortened {
  const lengthBytes = fields.reduce((sum, text) => sum + text.length, 0);
  const isKept = lengthBytes <= bytesMax;
  return { entry: put(isKept ? fields : []), left: isKept ? 0 : fields.length / 2 };
}

function shortened(
  bytes: Uint8Array,
  bytesMax: number,
  put: (kept: Uint8Array) => Entry,
): Shortened {
  const left = Math.max(0, bytes.length - bytesMax);
  return { entry: put(left === 0 ? bytes : bytes.subarray(0, bytesMax)), left };
}
