// table: one row per thing a client of a WebSocket may say, or may not
import { bye, closing, frame, type FrameOptions, worded } from "./web-socket-frames.ts";

/**
 * What a client sends to a program that sends each message back, and what comes back, in words.
 * The sections are those of Autobahn's test suite, whose cases these go the way of.
 */
export interface WebSocketCase {
  readonly section: string;
  readonly what: string;
  readonly sent: readonly Buffer[];
  readonly expected: readonly string[];
  /** The client closes once all but the last of what is expected has come. */
  readonly closes?: boolean;
  /** Sent byte by byte; else each frame in a write of its own. */
  readonly isBytewise?: boolean;
}

const begun: FrameOptions = { isLast: false };

const says = (
  section: string,
  what: string,
  sent: readonly Buffer[],
  ...expected: readonly string[]
): WebSocketCase => ({
  section,
  what,
  sent,
  closes: true,
  expected: [...expected, "close 1000"],
});
/** The connection is failed with this code, and what comes behind is not heard. */
const fails = (
  section: string,
  what: string,
  code: number,
  sent: readonly Buffer[],
  ...before: readonly string[]
): WebSocketCase => ({
  section,
  what,
  sent: [...sent, frame("text", "behind"), bye],
  expected: [...before, `close ${code}`],
});
const closes = (
  section: string,
  what: string,
  content: Uint8Array,
  expected: string,
): WebSocketCase => ({
  section,
  what,
  sent: [frame("close", content), frame("text", "behind")],
  expected: [expected],
});

const sizes = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 100_000];

/** κόσμε */
const greek = Buffer.of(0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xcf, 0x83, 0xce, 0xbc, 0xce, 0xb5);

const utf8: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["two bytes", [0xc2, 0x80]],
  ["three bytes", [0xe0, 0xa0, 0x80]],
  ["four bytes", [0xf0, 0x90, 0x80, 0x80]],
  ["the last of one byte", [0x7f]],
  ["the last of two bytes", [0xdf, 0xbf]],
  ["the last of three bytes", [0xef, 0xbf, 0xbf]],
  ["the last of all", [0xf4, 0x8f, 0xbf, 0xbf]],
  ["what is before the surrogates", [0xed, 0x9f, 0xbf]],
  ["what is behind the surrogates", [0xee, 0x80, 0x80]],
  ["the replacement", [0xef, 0xbf, 0xbd]],
  ["a byte order mark", [0xef, 0xbb, 0xbf]],
  ["what is no character", [0xef, 0xb7, 0x90]],
];

const notUtf8: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["a middle without a beginning", [0x80]],
  ["middles without a beginning", [0x80, 0xbf, 0x80]],
  ["a beginning of two", [0xc2, 0x20]],
  ["a beginning of three", [0xe1, 0x20]],
  ["a beginning of four", [0xf1, 0x20]],
  ["one byte too few of three", [0xe1, 0x80]],
  ["one byte too few of four", [0xf1, 0x80, 0x80]],
  ["FE", [0xfe]],
  ["FF", [0xff]],
  ["a slash in two bytes", [0xc0, 0xaf]],
  ["a slash in three bytes", [0xe0, 0x80, 0xaf]],
  ["a slash in four bytes", [0xf0, 0x80, 0x80, 0xaf]],
  ["NUL in two bytes", [0xc0, 0x80]],
  ["more than four bytes", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ["past the last of all", [0xf4, 0x90, 0x80, 0x80]],
  ["the first surrogate", [0xed, 0xa0, 0x80]],
  ["the last surrogate", [0xed, 0xbf, 0xbf]],
  ["two surrogates", [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80]],
];

const mayBeSent = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const mayNotBeSent = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

export const webSocketCases: readonly WebSocketCase[] = [
  ...sizes.flatMap((size) =>
    (["text", "binary"] as const).map((kind) => {
      const content = "*".repeat(size);
      return says(
        "1",
        `${kind} of ${size} bytes`,
        [frame(kind, content)],
        worded(kind, Buffer.from(content)),
      );
    }),
  ),
  ...[2, 8].map((lengthBytes) =>
    says(
      "1",
      `a length in ${lengthBytes} bytes where fewer would do`,
      [frame("text", "a", { lengthBytes: lengthBytes as 2 | 8 })],
      "text a",
    ),
  ),
  { ...says("1", "byte by byte", [frame("text", "hello")], "text hello"), isBytewise: true },
  says("2", "a ping without content", [frame("ping")], "pong"),
  says("2", "a ping with content", [frame("ping", "hello")], "pong hello"),
  says(
    "2",
    "a ping with bytes that are no text",
    [frame("ping", Buffer.of(0, 1))],
    "pong \0\u0001",
  ),
  says("2", "a ping of 125 bytes", [frame("ping", "x".repeat(125))], `pong ${"x".repeat(125)}`),
  fails("2", "a ping of 126 bytes", 1002, [frame("ping", "x".repeat(126))]),
  says("2", "a pong that nobody asked for", [frame("pong", "x"), frame("ping", "y")], "pong y"),
  says(
    "2",
    "ten pings",
    Array.from({ length: 10 }, (_, at) => frame("ping", `${at}`)),
    ...Array.from({ length: 10 }, (_, at) => `pong ${at}`),
  ),
  {
    ...says("2", "a ping, byte by byte", [frame("ping", "hello")], "pong hello"),
    isBytewise: true,
  },
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((reserved) => [
    fails("3", `the reserved bits ${reserved}`, 1002, [frame("text", "x", { reserved })]),
    fails(
      "3",
      `the reserved bits ${reserved} behind a good message`,
      1002,
      [frame("text", "x"), frame("ping", "y", { reserved })],
      "text x",
    ),
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((kind) => [
    fails("4", `a frame of the kind ${kind}`, 1002, [frame(kind)]),
    fails(
      "4",
      `a frame of the kind ${kind} with content, behind a good message`,
      1002,
      [frame("text", "x"), frame(kind, "y")],
      "text x",
    ),
  ]),
  fails("5", "a ping in two pieces", 1002, [frame("ping", "a", begun), frame("more", "b")]),
  fails("5", "a pong in two pieces", 1002, [frame("pong", "a", begun), frame("more", "b")]),
  fails("5", "a closing in two pieces", 1002, [
    frame("close", closing(1000), begun),
    frame("more", "b"),
  ]),
  says("5", "a text in two pieces", [frame("text", "a", begun), frame("more", "b")], "text ab"),
  says(
    "5",
    "a text in three pieces, of which two have nothing",
    [frame("text", "", begun), frame("more", "b", begun), frame("more", "")],
    "text b",
  ),
  says(
    "5",
    "a text of pieces that all have nothing",
    [frame("text", "", begun), frame("more", "", begun), frame("more")],
    "text",
  ),
  says(
    "5",
    "pings between pieces, answered at once",
    [
      frame("text", "a", begun),
      frame("ping", "1"),
      frame("more", "b", begun),
      frame("ping", "2"),
      frame("more", "c"),
    ],
    "pong 1",
    "pong 2",
    "text abc",
  ),
  {
    ...says(
      "5",
      "pieces with a ping between them, byte by byte",
      [frame("text", "a", begun), frame("ping", "1"), frame("more", "b")],
      "pong 1",
      "text ab",
    ),
    isBytewise: true,
  },
  says(
    "5",
    "two messages in pieces",
    [
      frame("text", "a", begun),
      frame("more", "b"),
      frame("binary", "c", begun),
      frame("more", "d"),
    ],
    "text ab",
    "binary cd",
  ),
  says(
    "5",
    "two hundred pieces",
    [
      frame("text", "", begun),
      ...Array.from({ length: 200 }, () => frame("more", "x", begun)),
      frame("more"),
    ],
    "text (200 bytes)",
  ),
  fails("5", "a piece of nothing", 1002, [frame("more", "a")]),
  fails("5", "a first piece of nothing", 1002, [frame("more", "a", begun), frame("more", "b")]),
  fails(
    "5",
    "a piece behind a whole message",
    1002,
    [frame("text", "a"), frame("more", "b")],
    "text a",
  ),
  fails("5", "a message within a message", 1002, [frame("text", "a", begun), frame("text", "b")]),
  fails("5", "a binary message within a text", 1002, [
    frame("text", "a", begun),
    frame("binary", "b"),
  ]),
  fails("5", "a reserved bit in a piece", 1002, [
    frame("text", "a", begun),
    frame("more", "b", { reserved: 4 }),
  ]),
  says("6", "a text of other letters", [frame("text", greek)], worded("text", greek)),
  {
    ...says(
      "6",
      "a text of other letters, byte by byte",
      [frame("text", greek)],
      worded("text", greek),
    ),
    isBytewise: true,
  },
  says(
    "6",
    "a text cut in each character",
    [
      frame("text", greek.subarray(0, 1), begun),
      ...Array.from({ length: greek.length - 2 }, (_, at) =>
        frame("more", greek.subarray(at + 1, at + 2), begun),
      ),
      frame("more", greek.subarray(-1)),
    ],
    worded("text", greek),
  ),
  ...utf8.map(([what, bytes]) =>
    says("6", what, [frame("text", Buffer.from(bytes))], worded("text", Buffer.from(bytes))),
  ),
  ...utf8.map(([what, bytes]) =>
    says(
      "6",
      `${what}, in pieces`,
      [
        frame("text", Buffer.from(bytes.slice(0, 1)), begun),
        frame("more", Buffer.from(bytes.slice(1))),
      ],
      worded("text", Buffer.from(bytes)),
    ),
  ),
  ...notUtf8.flatMap(([what, bytes]) => [
    fails("6", `${what}, which is no UTF-8`, 1007, [frame("text", Buffer.from(bytes))]),
    fails("6", `${what}, between pieces that are`, 1007, [
      frame("text", greek, begun),
      frame("more", Buffer.from(bytes), begun),
      frame("more", greek),
    ]),
    says(
      "6",
      `${what}, as bytes`,
      [frame("binary", Buffer.from(bytes))],
      worded("binary", Buffer.from(bytes)),
    ),
  ]),
  closes("7", "a closing without a code", Buffer.alloc(0), "close"),
  closes("7", "a closing of one byte", Buffer.of(3), "close 1002"),
  closes("7", "a closing with a reason", closing(1000, "over"), "close 1000 over"),
  closes(
    "7",
    "a closing with a reason of 123 bytes",
    closing(1000, "x".repeat(123)),
    `close 1000 ${"x".repeat(123)}`,
  ),
  closes("7", "a closing with a reason of 124 bytes", closing(1000, "x".repeat(124)), "close 1002"),
  closes(
    "7",
    "a closing with a reason that is no UTF-8",
    closing(1000, Buffer.of(0xce, 0xba, 0xff)),
    "close 1007",
  ),
  ...mayBeSent.map((code) => closes("7", `the code ${code}`, closing(code), `close ${code}`)),
  ...mayNotBeSent.map((code) =>
    closes("7", `the code ${code}, which nobody may send`, closing(code), "close 1002"),
  ),
  { section: "7", what: "two closings", sent: [bye, bye], expected: ["close 1000"] },
  {
    section: "7",
    what: "a ping behind the closing",
    sent: [bye, frame("ping", "late")],
    expected: ["close 1000"],
  },
  {
    section: "7",
    what: "a closing in the middle of a message",
    sent: [frame("text", "a", begun), bye],
    expected: ["close 1000"],
  },
  fails("RFC 5.1", "a frame without its mask", 1002, [frame("text", "x", { isMasked: false })]),
  fails("RFC 5.2", "a length past all numbers", 1009, [
    Buffer.of(0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4),
  ]),
  fails("9", "a message over the limit", 1009, [frame("binary", Buffer.alloc(100_001))]),
  fails("9", "pieces that are over the limit together", 1009, [
    frame("binary", Buffer.alloc(50_001), begun),
    frame("more", Buffer.alloc(50_000)),
  ]),
];
