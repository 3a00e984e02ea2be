// table: one row per thing a client of HTTP/2 may say, or may not
import { block, errorCodes, flags, frame, preface, setting, word } from "./h2-frames.ts";

/**
 * What a client sends behind its opening, and what must come of it:
 * - `goes on`: nothing is wrong;
 * - `answered`: stream 1 has its answer, of status 200;
 * - `dropped`: the same, and the program had no field of the client's own;
 * - `refused`: stream 1 has an answer of status 400;
 * - `stream`: stream 1 is reset with this code, or the connection ended (RFC 9113, 5.4.1);
 * - `connection`: the connection is ended, with this code where it is told.
 */
export interface H2Case {
  readonly paragraph: string;
  readonly what: string;
  readonly sent: readonly Buffer[];
  readonly expected: H2Expectation;
  /** Sent in place of the opening. */
  readonly opening?: readonly Buffer[];
}

export type H2Expectation =
  | "goes on"
  | "answered"
  | "dropped"
  | "refused"
  | readonly ["stream" | "connection", keyof typeof errorCodes];

type Field = readonly [name: string, value: string];

const all = flags.endStream | flags.endHeaders;
const pseudo: readonly Field[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/"],
  [":authority", "a"],
];
const posting: readonly Field[] = [[":method", "POST"], ...pseudo.slice(1)];

const ask = (fields: readonly Field[] = pseudo, bits: number = all, stream = 1): Buffer =>
  frame("headers", stream, block(fields), bits);
const post = ask(posting, flags.endHeaders);
const data = (content: string, bits = 0, stream = 1): Buffer =>
  frame("data", stream, Buffer.from(content), bits);
const never = ask([
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/never"],
  [":authority", "a"],
]);

const fields: readonly Field[] = [
  ...pseudo.filter(([name]) => name !== ":path"),
  [":path", "/fields"],
];

const goesOn = (paragraph: string, what: string, ...sent: readonly Buffer[]): H2Case => ({
  paragraph,
  what,
  sent,
  expected: "goes on",
});
const answered = (paragraph: string, what: string, ...sent: readonly Buffer[]): H2Case => ({
  paragraph,
  what,
  sent,
  expected: "answered",
});
const refused = (paragraph: string, what: string, ...sent: readonly Buffer[]): H2Case => ({
  paragraph,
  what,
  sent,
  expected: "refused",
});
const stream = (
  paragraph: string,
  what: string,
  code: keyof typeof errorCodes,
  ...sent: readonly Buffer[]
): H2Case => ({ paragraph, what, sent, expected: ["stream", code] });
const connection = (
  paragraph: string,
  what: string,
  code: keyof typeof errorCodes,
  ...sent: readonly Buffer[]
): H2Case => ({ paragraph, what, sent, expected: ["connection", code] });

// Node's engine leaves a field out that is none, where it might take the whole for malformed.
const dropped = (paragraph: string, what: string, ...sent: readonly Buffer[]): H2Case => ({
  paragraph,
  what,
  sent,
  expected: "dropped",
});

const without = (name: string): readonly Field[] => pseudo.filter(([one]) => one !== name);
const fieldsBytes = block(pseudo);

export const h2Cases: readonly H2Case[] = [
  // 3. Starting HTTP/2
  {
    ...connection("9113 3.4", "a preface that is none", "internal"),
    opening: [Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"), frame("settings", 0)],
  },
  {
    ...connection("9113 3.4", "HTTP/1.1 in its place", "internal"),
    opening: [Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")],
  },
  {
    ...connection("9113 3.4", "another frame before the settings", "protocol"),
    opening: [preface, frame("window", 0, word(1))],
  },
  answered("9113 3.4", "a request", ask()),
  // 4. Frames
  goesOn("9113 4.1", "a frame of an unknown type", frame(0x77, 0, [1, 2, 3], 0xff)),
  goesOn("9113 4.1", "flags that mean nothing", frame("ping", 0, new Uint8Array(8), 0x16)),
  goesOn("9113 4.1", "the reserved bit", frame("ping", 0x80000000, new Uint8Array(8))),
  answered(
    "9113 4.2",
    "a frame as large as one may be",
    post,
    frame("data", 1, new Uint8Array(16_384), flags.endStream),
  ),
  stream(
    "9113 4.2",
    "DATA larger than may be",
    "frameSize",
    post,
    frame("data", 1, new Uint8Array(16_385), flags.endStream),
  ),
  connection(
    "9113 4.2",
    "HEADERS larger than may be",
    "frameSize",
    frame("headers", 1, new Uint8Array(16_385), all),
  ),
  connection(
    "9113 4.2",
    "SETTINGS larger than may be",
    "frameSize",
    frame("settings", 0, new Uint8Array(16_386)),
  ),
  connection("9113 4.3", "a block that is none", "compression", frame("headers", 1, [0x40], all)),
  connection(
    "9113 4.3",
    "PRIORITY within a block",
    "protocol",
    ask(pseudo, flags.endStream),
    frame("priority", 1, [0, 0, 0, 0, 15]),
  ),
  connection(
    "9113 4.3",
    "HEADERS of another stream within a block",
    "protocol",
    ask(pseudo, flags.endStream),
    ask(pseudo, all, 3),
  ),
  connection(
    "9113 4.3",
    "an unknown frame within a block",
    "protocol",
    ask(pseudo, flags.endStream),
    frame(0x77, 1),
  ),
  // 5. Streams
  connection("9113 5.1", "DATA of an idle stream", "protocol", data("x", flags.endStream)),
  connection(
    "9113 5.1",
    "RST_STREAM of an idle stream",
    "protocol",
    frame("reset", 1, word(errorCodes.cancel)),
  ),
  connection(
    "9113 5.1",
    "WINDOW_UPDATE of an idle stream",
    "protocol",
    frame("window", 1, word(100)),
  ),
  connection(
    "9113 5.1",
    "CONTINUATION of an idle stream",
    "protocol",
    frame("continuation", 1, fieldsBytes, flags.endHeaders),
  ),
  stream(
    "9113 5.1",
    "DATA behind the end of a stream",
    "streamClosed",
    never,
    data("x", flags.endStream),
  ),
  stream("9113 5.1", "HEADERS behind the end of a stream", "streamClosed", never, ask()),
  connection(
    "9113 5.1",
    "CONTINUATION behind the end of a stream",
    "protocol",
    never,
    frame("continuation", 1, fieldsBytes, flags.endHeaders),
  ),
  goesOn(
    "9113 5.1",
    "a stream that is taken back",
    never,
    frame("reset", 1, word(errorCodes.cancel)),
  ),
  goesOn(
    "9113 5.1",
    "PRIORITY of a stream that is over",
    never,
    frame("reset", 1, word(errorCodes.cancel)),
    frame("priority", 1, [0, 0, 0, 0, 15]),
  ),
  connection("9113 5.1.1", "a stream of an even number", "protocol", ask(pseudo, all, 2)),
  // Node's engine cannot tell it from one that is over, and lets it fall.
  goesOn(
    "9113 5.1.1",
    "a stream with a smaller number than the one before",
    ask(pseudo, all, 5),
    ask(pseudo, all, 3),
  ),
  // 6. Frames by their type
  connection("9113 6.1", "DATA of no stream", "protocol", data("x", 0, 0)),
  stream(
    "9113 6.1",
    "DATA padded with more than there is",
    "protocol",
    post,
    frame("data", 1, [6, 1, 2, 3, 4], flags.padded | flags.endStream),
  ),
  answered(
    "9113 6.1",
    "DATA with its padding",
    post,
    frame("data", 1, [2, 65, 0, 0], flags.padded | flags.endStream),
  ),
  connection("9113 6.2", "HEADERS of no stream", "protocol", ask(pseudo, all, 0)),
  connection(
    "9113 6.2",
    "HEADERS padded with more than there is",
    "protocol",
    frame("headers", 1, [255, ...fieldsBytes], all | flags.padded),
  ),
  answered(
    "9113 6.2",
    "HEADERS with a priority",
    frame("headers", 1, [0, 0, 0, 0, 15, ...fieldsBytes], all | flags.priority),
  ),
  connection(
    "9113 6.3",
    "PRIORITY of four bytes",
    "frameSize",
    post,
    frame("priority", 1, [0, 0, 0, 0]),
  ),
  connection("9113 6.4", "RST_STREAM of no stream", "protocol", frame("reset", 0, word(0))),
  connection(
    "9113 6.4",
    "RST_STREAM of three bytes",
    "frameSize",
    never,
    frame("reset", 1, [0, 0, 0]),
  ),
  connection(
    "9113 6.5",
    "an acknowledgment of settings with settings",
    "frameSize",
    frame("settings", 0, setting(3, 1), flags.ack),
  ),
  connection("9113 6.5", "SETTINGS of a stream", "protocol", frame("settings", 1)),
  connection(
    "9113 6.5",
    "SETTINGS of five bytes",
    "frameSize",
    frame("settings", 0, [0, 0, 0, 0, 0]),
  ),
  connection(
    "9113 6.5.2",
    "a push that is neither on nor off",
    "protocol",
    frame("settings", 0, setting(2, 2)),
  ),
  connection(
    "9113 6.5.2",
    "a window past all windows",
    "flowControl",
    frame("settings", 0, setting(4, 0x80000000)),
  ),
  connection(
    "9113 6.5.2",
    "frames smaller than they may be",
    "protocol",
    frame("settings", 0, setting(5, 16_383)),
  ),
  connection(
    "9113 6.5.2",
    "frames larger than they may be",
    "protocol",
    frame("settings", 0, setting(5, 16_777_216)),
  ),
  goesOn("9113 6.5.2", "a setting that nobody knows", frame("settings", 0, setting(0xff, 1))),
  connection(
    "9113 6.6",
    "PUSH_PROMISE of a client",
    "protocol",
    post,
    frame("push", 1, [...word(2), ...fieldsBytes], flags.endHeaders),
  ),
  connection("9113 6.7", "PING of a stream", "protocol", frame("ping", 1, new Uint8Array(8))),
  connection("9113 6.7", "PING of seven bytes", "frameSize", frame("ping", 0, new Uint8Array(7))),
  connection("9113 6.8", "GOAWAY of a stream", "protocol", frame("goAway", 1, new Uint8Array(8))),
  connection("9113 6.9", "a window of nothing", "protocol", frame("window", 0, word(0))),
  stream(
    "9113 6.9",
    "a stream's window of nothing",
    "protocol",
    never,
    frame("window", 1, word(0)),
  ),
  connection(
    "9113 6.9",
    "WINDOW_UPDATE of three bytes",
    "frameSize",
    frame("window", 0, [0, 0, 1]),
  ),
  connection(
    "9113 6.9.1",
    "a window past all windows",
    "flowControl",
    frame("window", 0, word(0x7fffffff)),
    frame("window", 0, word(0x7fffffff)),
  ),
  stream(
    "9113 6.9.1",
    "a stream's window past all windows",
    "flowControl",
    never,
    frame("window", 1, word(0x7fffffff)),
    frame("window", 1, word(0x7fffffff)),
  ),
  answered(
    "9113 6.9.2",
    "windows that are made smaller and larger",
    frame("settings", 0, setting(4, 0)),
    ask(),
    frame("settings", 0, setting(4, 1)),
    frame("settings", 0, setting(4, 100)),
  ),
  answered(
    "9113 6.10",
    "a block in three pieces",
    frame("headers", 1, fieldsBytes.subarray(0, 5), flags.endStream),
    frame("continuation", 1, fieldsBytes.subarray(5, 9)),
    frame("continuation", 1, fieldsBytes.subarray(9), flags.endHeaders),
  ),
  answered(
    "9113 6.10",
    "a block that begins with nothing",
    frame("headers", 1, [], flags.endStream),
    frame("continuation", 1, fieldsBytes, flags.endHeaders),
  ),
  connection(
    "9113 6.10",
    "CONTINUATION of no stream",
    "protocol",
    ask(pseudo, flags.endStream),
    frame("continuation", 0, [], flags.endHeaders),
  ),
  connection(
    "9113 6.10",
    "CONTINUATION behind a whole block",
    "protocol",
    post,
    frame("continuation", 1, [], flags.endHeaders),
  ),
  connection(
    "9113 6.10",
    "CONTINUATION behind DATA",
    "protocol",
    post,
    data("x"),
    frame("continuation", 1, [], flags.endHeaders),
  ),
  // 8. Messages
  answered("9113 8.1", "trailers", post, data("x"), ask([["x-trailer", "1"]])),
  stream(
    "9113 8.1",
    "trailers that are not the end",
    "protocol",
    post,
    data("x"),
    ask([["x-trailer", "1"]], flags.endHeaders),
  ),
  stream(
    "9113 8.1",
    "a trailer that begins with a colon",
    "protocol",
    post,
    data("x"),
    ask([[":method", "GET"]]),
  ),
  stream(
    "9113 8.1.1",
    "a content-length above the body",
    "protocol",
    ask([...posting, ["content-length", "2"]], flags.endHeaders),
    data("x", flags.endStream),
  ),
  stream(
    "9113 8.1.1",
    "a content-length below the body",
    "internal",
    ask([...posting, ["content-length", "1"]], flags.endHeaders),
    data("xy", flags.endStream),
  ),
  stream(
    "9113 8.1.1",
    "a content-length without a body",
    "protocol",
    ask([...posting, ["content-length", "1"]]),
  ),
  stream(
    "9113 8.1.1",
    "two content-lengths",
    "protocol",
    ask([...posting, ["content-length", "1"], ["content-length", "1"]], flags.endHeaders),
    data("x", flags.endStream),
  ),
  stream(
    "9113 8.1.1",
    "a content-length that is no number",
    "protocol",
    ask([...posting, ["content-length", "+1"]], flags.endHeaders),
    data("x", flags.endStream),
  ),
  stream("9113 8.2.1", "a name with large letters", "protocol", ask([...pseudo, ["X-A", "1"]])),
  dropped("9113 8.2.1", "a name with a space", ask([...fields, ["x-own a", "1"]])),
  dropped("9113 8.2.1", "a name with a colon", ask([...fields, ["x-own:a", "1"]])),
  dropped("9113 8.2.1", "an empty name", ask([...fields, ["", "1"]])),
  dropped("9113 8.2.1", "a value with NUL", ask([...fields, ["x-own", "1\0"]])),
  dropped(
    "9113 8.2.1",
    "a value with a line's end",
    ask([...fields, ["x-own", "1\r\nx-own-b: 2"]]),
  ),
  ...["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"].map((name) =>
    stream("9113 8.2.2", `a field ${name}`, "protocol", ask([...pseudo, [name, "x"]])),
  ),
  stream(
    "9113 8.2.2",
    "te with something else than trailers",
    "protocol",
    ask([...pseudo, ["te", "gzip"]]),
  ),
  answered("9113 8.2.2", "te with trailers", ask([...pseudo, ["te", "trailers"]])),
  answered(
    "9113 8.2.3",
    "cookies in pieces",
    ask([...pseudo, ["cookie", "a=b"], ["cookie", "c=d"]]),
  ),
  stream(
    "9113 8.3",
    "a name with a colon that nobody knows",
    "protocol",
    ask([...pseudo, [":x", "1"]]),
  ),
  stream("9113 8.3", "a status", "protocol", ask([...pseudo, [":status", "200"]])),
  stream(
    "9113 8.3",
    "one of the four behind others",
    "protocol",
    ask([...without(":path"), ["x-a", "1"], [":path", "/"]]),
  ),
  ...[":method", ":scheme", ":path"].map((name) =>
    stream("9113 8.3.1", `no ${name}`, "protocol", ask(without(name))),
  ),
  ...pseudo.map((field) =>
    stream("9113 8.3.1", `${field[0]} twice`, "protocol", ask([...pseudo, field])),
  ),
  stream("9113 8.3.1", "an empty path", "protocol", ask([...without(":path"), [":path", ""]])),
  stream(
    "9113 8.3.1",
    "a path without its slash",
    "protocol",
    ask([...without(":path"), [":path", "x"]]),
  ),
  answered("9113 8.3.1", "a host in a field", ask([...without(":authority"), ["host", "a"]])),
  refused("9113 8.3.1", "two hosts", ask([...pseudo, ["host", "b"]])),
  stream("9113 8.3.1", "no host", "protocol", ask(without(":authority"))),
  stream(
    "9113 8.3.1",
    "a host with a user",
    "protocol",
    ask([...without(":authority"), [":authority", "u@a"]]),
  ),
  refused("9113 8.3.1", "a path with a fragment", ask([...without(":path"), [":path", "/#a"]])),
  stream(
    "9113 8.5",
    "a tunnel with a path",
    "protocol",
    ask([[":method", "CONNECT"], ...pseudo.slice(1)]),
  ),
  answered(
    "9110 5.3",
    "an answer that has twice what is to be there once",
    ask([...without(":path"), [":path", "/twice"]]),
  ),
  // HPACK
  connection(
    "7541 2.3.3",
    "an index past the tables",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0xff, 0x00], all),
  ),
  connection(
    "7541 6.1",
    "the index 0",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0x80], all),
  ),
  connection(
    "7541 4.2",
    "a table's size behind a field",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0x20], all),
  ),
  connection(
    "7541 6.3",
    "a table larger than it may be",
    "compression",
    frame("headers", 1, [0x3f, 0xff, 0xff, 0x7f, ...fieldsBytes], all),
  ),
  connection(
    "7541 5.1",
    "an integer past all numbers",
    "compression",
    frame("headers", 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], all),
  ),
  connection(
    "7541 5.2",
    "Huffman's code padded with eight bits",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x81, 0x51], all),
  ),
  connection(
    "7541 5.2",
    "Huffman's code padded with zeros",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0, 0x83, 0xf2, 0xb2, 0x40, 0x81, 0x51], all),
  ),
  connection(
    "7541 5.2",
    "Huffman's end of all strings",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0, 0x84, 0xff, 0xff, 0xff, 0xff, 0x81, 0x51], all),
  ),
  connection(
    "7541 5.2",
    "a text that ends behind its block",
    "compression",
    frame("headers", 1, [...fieldsBytes, 0, 0x0a, 0x61], all),
  ),
];
