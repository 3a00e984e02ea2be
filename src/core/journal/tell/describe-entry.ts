import type { Closing, Fields, Message, RequestHead } from "#core/host/traffic";
import { describeExit, Errno } from "#core/sys";
import type { AnsweredQuestion, Entry, EntryKind, EntryOf, Question } from "#core/journal/format";

type Describe<K extends EntryKind> = (entry: EntryOf<K>, nameOf: (row: number) => string) => string;

const texts: { readonly [K in EntryKind]: Describe<K> } = {
  call: ({ row, parameters }, nameOf) => callText(nameOf(row), parameters),
  answer: ({ answer }) => `answers ${answer}`,
  realtime: () => "reads the time of day",
  monotonic: () => "reads the monotonic clock",
  cpu: () => "reads the CPU clock",
  entropy: ({ bytes }) => `draws ${bytes.length} random bytes`,
  offered: ({ port, taken }) => `writes ${contentText(taken)} to ${portText(port)}`,
  asked: ({ question }) => questionText(question),
  output: ({ port, bytes }) => `writes ${contentText(bytes)} to ${portText(port)}`,
  pulled: inputText,
  handed: inputText,
  pushed: ({ port }) => `output has left on ${portText(port)}`,
  accepted: ({ port }) => `a connection comes in on ${portText(port)}`,
  rang: ({ timer }) => `timer ${timer} rings`,
  flushed: () => "output is handed on",
  waits: () => "waits on",
  mark: () => "a mark",
  ended: ({ reason }) => `ends: ${describeExit(reason)}`,
  spawning: ({ request }) => `starts a child: ${JSON.stringify(request)}`,
  spawned: ({ result }) =>
    result instanceof Errno ? `no child: ${result.name}` : `child ${result} has started`,
  noticed: ({ notice }) =>
    notice.kind === "asked"
      ? "is asked to end"
      : `child ${notice.child} has ended: ${notice.end.text}`,
  told: ({ child, graceNs }) =>
    graceNs === undefined
      ? `acknowledges child ${child}`
      : `ends child ${child} with a grace of ${graceNs} ns`,
  requested: ({ port, head }) => `a request comes in on ${portText(port)}: ${requestLine(head)}`,
  drained: () => "no more requests will come",
  gone: ({ port }) => `nobody waits for the answer on ${portText(port)}`,
  responded: ({ port, head, body }) =>
    `answers ${head.status} on ${portText(port)}${fieldsText(head.fields)}` +
    (body === undefined ? ", its body to follow" : `: ${contentText(body)}`),
  upgraded: ({ port, fields }) => `makes ${portText(port)} a WebSocket${fieldsText(fields)}`,
  dropped: ({ port }) => `gives up ${portText(port)}`,
  received: ({ port, result }) =>
    result instanceof Errno
      ? `no message on ${portText(port)}: ${result.name}`
      : `${messageText(result)} comes in on ${portText(port)}`,
  sent: ({ port, message }) => `sends ${messageText(message)} on ${portText(port)}`,
  calling: ({ port, head }) => `makes a request on ${portText(port)}: ${requestLine(head)}`,
  replied: ({ port, result }) =>
    result instanceof Errno
      ? `no answer on ${portText(port)}: ${result.name}`
      : `an answer comes in on ${portText(port)}: ${result.status}${fieldsText(result.fields)}`,
  cut: ({ left }) => `and ${left} more that were not kept`,
};

/** An entry in a few words; `nameOf` names calls by their rows. */
export function describeEntry(entry: Entry, nameOf: (row: number) => string): string {
  return texts[entry.kind](entry as never, nameOf);
}

/** As `describeEntry`, with what came in: for whoever reads a journal that cannot be replayed. */
export function tellEntry(entry: Entry, nameOf: (row: number) => string): string {
  const told = describeEntry(entry, nameOf);
  switch (entry.kind) {
    case "realtime":
    case "monotonic":
    case "cpu":
      return `${told}: ${entry.ns} ns`;
    case "asked":
      return `${told}: ${answerText(entry.question.answer)}`;
    case "accepted":
    case "pushed":
      return entry.failed === undefined ? told : `${told}: ${entry.failed.name}`;
    default:
      return told;
  }
}

function inputText({ port, result }: EntryOf<"pulled" | "handed">): string {
  if (result === "end" || result instanceof Errno) return `input ends on ${portText(port)}`;
  return `${contentText(result)} comes in on ${portText(port)}`;
}

/** What an outside directory answered. */
function answerText(answer: AnsweredQuestion["answer"]): string {
  if (answer === undefined) return "done";
  if (answer instanceof Errno) return answer.name;
  if (answer instanceof Uint8Array) return contentText(answer);
  if (typeof answer === "string") return JSON.stringify(answer);
  if (typeof answer === "number") return String(answer);
  if ("sizeBytes" in answer) return `a ${answer.kind} of ${answer.sizeBytes} bytes`;
  return `${answer.length} names`;
}

/** A call as one line: `fd_read(3, 1024, 1, 1036)`. */
export function callText(name: string, given: readonly (number | bigint)[]): string {
  const shown = given.map((value) =>
    typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0,
  );
  return `${name}(${shown.join(", ")})`;
}

/** A question to an outside directory as one line: `asks openFile(0, "data.txt", 1)`. */
export function questionText({ call, subject }: Question): string {
  const shown = subject.map((part) => {
    if (part instanceof Uint8Array) return contentText(part);
    return typeof part === "string" ? JSON.stringify(part) : String(part ?? "-");
  });
  return `asks ${call}(${shown.join(", ")})`;
}

const shownBytesMax = 60;

/** The start of what was written or came in, for people. */
function contentText(content: Uint8Array): string {
  const shown = new TextDecoder().decode(content.subarray(0, shownBytesMax));
  const more = content.length > shownBytesMax ? "…" : "";
  return `${JSON.stringify(shown)}${more} (${content.length} bytes)`;
}

function portText(port: number): string {
  return ["stdin", "stdout", "stderr"][port] ?? `port ${port}`;
}

/** Method and place with the fields: `GET http://sim/ (accept: *)`. */
export function requestLine({ method, scheme, authority, target, fields }: RequestHead): string {
  return `${method} ${scheme}://${authority}${target}${fieldsText(fields)}`;
}

function fieldsText(fields: Fields): string {
  const shown: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    shown.push(`${fields[index]}: ${fields[index + 1]}`);
  }
  return shown.length === 0 ? "" : ` (${shown.join("; ")})`;
}

function messageText(message: Message | Closing): string {
  if (message.kind !== "closed") return `a ${message.kind} message, ${contentText(message.bytes)},`;
  return `the closing ${message.code} ${JSON.stringify(message.reason)}`;
}
