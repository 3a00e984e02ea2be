// table: one row per way to ask by HTTP/1.1 and be answered
const get = "GET / HTTP/1.1\r\nHost: a\r\n";
const fields = "GET /fields HTTP/1.1\r\nHost: a\r\n";
const late = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
const webSocket = [
  "GET / HTTP/1.1",
  "Host: a",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");
const post = "POST / HTTP/1.1\r\nHost: a\r\n";
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;
const posts = (target: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/**
 * What is sent, the statuses of its answers, and what came to the program. Behind what is sent
 * comes one request more, `GET /behind`, whose answer shows that the connection goes on.
 */
export interface AnsweredRequest {
  readonly paragraph: string;
  readonly what: string;
  readonly sent: string;
  readonly statuses: readonly number[];
  readonly arrived: readonly string[];
  /** What must be in the answers, and how often, and what must not. */
  readonly has?: RegExp;
  readonly hasNot?: RegExp;
}

const fine = { statuses: [200, 200], arrived: ["GET /", "GET /behind"] } as const;
const last = { statuses: [200], arrived: ["GET /"] } as const;
const broken = (body: string): Pick<AnsweredRequest, "statuses" | "arrived"> => ({
  statuses: [400],
  arrived: [`POST / ${body}ECONNRESET`],
});

export const answeredRequests: readonly AnsweredRequest[] = [
  { paragraph: "9112 2.2", what: "an empty line before it", sent: `\r\n${get}\r\n`, ...fine },
  {
    paragraph: "9112 2.3",
    what: "HTTP/1.0, which ends with its answer",
    sent: "GET / HTTP/1.0\r\n\r\n",
    ...last,
  },
  {
    paragraph: "9112 9.3",
    what: "HTTP/1.0 that is to go on",
    sent: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ...fine,
    has: /connection: keep-alive/i,
  },
  {
    paragraph: "9112 9.3",
    what: "one that is to end",
    sent: `${get}Connection: close\r\n\r\n`,
    ...last,
    has: /connection: close/i,
  },
  {
    paragraph: "9112 9.3",
    what: "an end named among others",
    sent: `${get}Connection: X-One, Close\r\n\r\n`,
    ...last,
    has: /connection: close/i,
  },
  {
    paragraph: "9112 3.2.1",
    what: "a path with a query",
    sent: "GET /a%2fb?c=d?e&f=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /a%2fb?c=d?e&f=%00", "GET /behind"],
  },
  {
    paragraph: "9112 3.2.1",
    what: "a path that climbs, as it is",
    sent: "GET /a/../../b//c HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /a/../../b//c", "GET /behind"],
  },
  {
    paragraph: "9112 3.2.2",
    what: "the absolute form",
    sent: "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /x?y", "GET /behind"],
  },
  {
    paragraph: "9112 3.2.2",
    what: "the absolute form in other letters",
    sent: "GET HTTP://A/x HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /x", "GET /behind"],
  },
  {
    paragraph: "9112 3.2.2",
    what: "the absolute form without a path",
    sent: "GET http://a?y HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /?y", "GET /behind"],
  },
  {
    paragraph: "9112 3.2.4",
    what: "a star",
    sent: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["OPTIONS *", "GET /behind"],
  },
  {
    paragraph: "9112 5.1",
    what: "white space around a value, which is not of it",
    sent: `${fields}X-Own: \t one \t \r\n\r\n`,
    statuses: [200, 200],
    arrived: ["GET /fields", "GET /behind"],
    has: /\["x-own","one"\]/,
  },
  {
    paragraph: "9110 5.1",
    what: "a name in other letters",
    sent: "GET /fields HTTP/1.1\r\nhOST: a\r\nx-OWN: b\r\n\r\n",
    statuses: [200, 200],
    arrived: ["GET /fields", "GET /behind"],
    has: /\["x-own","b"\]/,
  },
  {
    paragraph: "9110 5.3",
    what: "a field twice, in its order",
    sent: `${fields}X-Own: 1\r\nX-Other: 2\r\nX-Own: 3\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["GET /fields", "GET /behind"],
    has: /\["x-own","1","x-own","3"\]/,
  },
  {
    paragraph: "9110 5.5",
    what: "an empty value",
    sent: `${fields}X-Own:\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["GET /fields", "GET /behind"],
    has: /\["x-own",""\]/,
  },
  {
    paragraph: "9110 7.2",
    what: "a host that is an address",
    sent: "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
    ...fine,
  },
  {
    paragraph: "9110 7.6.1",
    what: "a field of the connection, which goes no further",
    sent: `${fields}Connection: X-Own-B\r\nX-Own-B: 1\r\nX-Own: 2\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["GET /fields", "GET /behind"],
    has: /\["x-own","2"\]/,
  },
  {
    paragraph: "9110 7.6.1",
    what: "a connection that names its host",
    sent: `${get}Connection: host, content-length\r\n\r\n`,
    ...fine,
  },
  {
    paragraph: "9110 7.8",
    what: "an upgrade to something else, which is ignored; nothing behind it is heard",
    sent: `${get}Connection: upgrade\r\nUpgrade: h2c, foo/2\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
    ...last,
    has: /connection: close/i,
  },
  {
    paragraph: "9110 7.8",
    what: "an upgrade that the connection does not name",
    sent: `${get}Upgrade: websocket\r\n\r\n`,
    ...fine,
  },
  {
    paragraph: "9112 6.3",
    what: "a body of so many bytes",
    sent: posts("/", "abcde"),
    statuses: [200, 200],
    arrived: ["POST / abcde", "GET /behind"],
  },
  {
    paragraph: "9112 6.3",
    what: "a body of no bytes",
    sent: posts("/", ""),
    statuses: [200, 200],
    arrived: ["POST /", "GET /behind"],
  },
  {
    paragraph: "9112 6.3",
    what: "no body, where nothing says that there is one",
    sent: `${post}\r\n`,
    statuses: [200, 200],
    arrived: ["POST /", "GET /behind"],
  },
  {
    paragraph: "9112 6.3",
    what: "a body of a GET",
    sent: `${get}Content-Length: 3\r\n\r\nabc`,
    statuses: [200, 200],
    arrived: ["GET / abc", "GET /behind"],
  },
  {
    paragraph: "9112 6.3",
    what: "a body that is a request",
    sent: posts("/", "GET /in HTTP/1.1\r\nHost: a\r\n\r\n"),
    statuses: [200, 200],
    arrived: ["POST / GET /in HTTP/1.1\r\nHost: a\r\n\r\n", "GET /behind"],
  },
  {
    paragraph: "9112 7.1",
    what: "chunks",
    sent: `${chunked}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST / abcde", "GET /behind"],
  },
  {
    paragraph: "9112 7.1",
    what: "no chunk but the last",
    sent: `${chunked}0\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST /", "GET /behind"],
  },
  {
    paragraph: "9112 7.1",
    what: "sizes with zeros before, in both letters",
    sent: `${chunked}00a\r\n0123456789\r\n00B\r\n0123456789a\r\n000\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST / 01234567890123456789a", "GET /behind"],
  },
  {
    paragraph: "9112 7.1.1",
    what: "extensions, which are ignored",
    sent: `${chunked}3;a;b=c;d="e;f"\r\nabc\r\n0;last\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST / abc", "GET /behind"],
  },
  {
    paragraph: "9112 7.1.1",
    what: "extensions without end",
    sent: `${chunked}3;${"x".repeat(20_000)}\r\nabc\r\n0\r\n\r\n`,
    statuses: [413],
    arrived: ["POST / ECONNRESET"],
  },
  {
    paragraph: "9112 7.1.2",
    what: "trailers, which are dropped",
    sent: `${chunked}3\r\nabc\r\n0\r\nX-Own: 1\r\nHost: b\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST / abc", "GET /behind"],
  },
  {
    paragraph: "9112 6.1",
    what: "chunked in other letters",
    sent: `${post}Transfer-Encoding: ChUnKeD\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    statuses: [200, 200],
    arrived: ["POST / a", "GET /behind"],
  },
  {
    paragraph: "9112 7.1",
    what: "a size with a sign",
    sent: `${chunked}+3\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a size with a prefix",
    sent: `${chunked}0x3\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a size past all numbers",
    sent: `${chunked}10000000000000003\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a size behind a space",
    sent: `${chunked} 3\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a size before a space",
    sent: `${chunked}3 \r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a size with an underscore",
    sent: `${chunked}1_0\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a line feed behind a size",
    sent: `${chunked}3\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a carriage return behind a size",
    sent: `${chunked}3\rabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1",
    what: "a chunk that is longer than its size",
    sent: `${chunked}3\r\nabcd\r\n0\r\n\r\n`,
    ...broken("abc"),
  },
  {
    paragraph: "9112 7.1",
    what: "a chunk that is shorter than its size",
    sent: `${chunked}5\r\nabc\r\n0\r\n\r\n`,
    ...broken("abc\r\n"),
  },
  {
    paragraph: "9112 7.1",
    what: "a line feed behind a chunk",
    sent: `${chunked}3\r\nabc\n0\r\n\r\n`,
    ...broken("abc"),
  },
  {
    paragraph: "9112 7.1.1",
    what: "a line feed in an extension",
    sent: `${chunked}3;a\nb\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1.1",
    what: "a carriage return in an extension",
    sent: `${chunked}3;a\rb\r\nabc\r\n0\r\n\r\n`,
    ...broken(""),
  },
  {
    paragraph: "9112 7.1.2",
    what: "a trailer that is none",
    sent: `${chunked}3\r\nabc\r\n0\r\nX Y: 1\r\n\r\n`,
    ...broken("abc"),
  },
  {
    paragraph: "9112 7.1.2",
    what: "a folded trailer",
    sent: `${chunked}3\r\nabc\r\n0\r\nX: 1\r\n 2\r\n\r\n`,
    ...broken("abc"),
  },
  {
    paragraph: "9112 9.3.2",
    what: "several at once, answered in their order",
    sent: `${late}${get}\r\n${posts("/", "abc")}`,
    statuses: [200, 200, 200, 200],
    arrived: ["GET /late", "GET /", "POST / abc", "GET /behind"],
    has: /late[^]*fine[^]*fine[^]*fine$/,
  },
  {
    paragraph: "9112 9.3.2",
    what: "one while an answer streams",
    sent: `GET /stream HTTP/1.1\r\nHost: a\r\n\r\n${get}\r\n`,
    statuses: [200, 200, 200],
    arrived: ["GET /stream", "GET /", "GET /behind"],
    has: /\r\none \r\n[^]*\r\nthree\r\n0\r\n\r\nHTTP\/1.1 200[^]*fine/,
  },
  {
    paragraph: "9112 9.3.2",
    what: "one that is none behind a good one",
    sent: `${get}\r\nGET / HTTP/1.1\r\n\r\n`,
    statuses: [200, 400],
    arrived: ["GET /"],
  },
  {
    paragraph: "9112 9.3.2",
    what: "one that is none while an answer streams",
    sent: "GET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    statuses: [200, 400],
    arrived: ["GET /stream"],
  },
  {
    paragraph: "9110 9.3.2",
    what: "HEAD: the length and no body",
    sent: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["HEAD /", "GET /behind"],
    has: /content-length: 4\r\n[^]*\r\n\r\nHTTP\/1.1 200 /,
  },
  {
    paragraph: "9110 9.3.2",
    what: "HEAD of a stream: no body",
    sent: "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["HEAD /stream", "GET /behind"],
    hasNot: /one|two|\r\n0\r\n/,
  },
  {
    paragraph: "9110 15.3.5",
    what: "204: no body and no length",
    sent: "GET /204 HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [204, 200],
    arrived: ["GET /204", "GET /behind"],
    hasNot: /not to be sent|204[^]*content-length[^]*HTTP/,
  },
  {
    paragraph: "9110 15.4.5",
    what: "304: no body",
    sent: "GET /304 HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [304, 200],
    arrived: ["GET /304", "GET /behind"],
    hasNot: /not to be sent/,
  },
  {
    paragraph: "9110 9.3.8",
    what: "TRACE, which is the program's to answer",
    sent: "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
    statuses: [200, 200],
    arrived: ["TRACE /", "GET /behind"],
  },
  {
    paragraph: "9110 10.1.1",
    what: "a body that is to be asked for",
    sent: `${post}Expect: 100-Continue\r\nContent-Length: 3\r\n\r\nabc`,
    statuses: [100, 200, 200],
    arrived: ["POST / abc", "GET /behind"],
  },
  {
    paragraph: "9110 10.1.1",
    what: "a body that is to be asked for, and that nobody wants",
    sent: "POST /unread HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    statuses: [200],
    arrived: ["POST /unread"],
    has: /connection: close/i,
  },
  {
    paragraph: "9110 10.1.1",
    what: "an expectation in HTTP/1.0, which is ignored",
    sent: "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    statuses: [200],
    arrived: ["POST / abc"],
  },
  {
    paragraph: "9112 9.6",
    what: "a body that nobody reads, which is let go",
    sent: posts("/unread", "abc"),
    statuses: [200, 200],
    arrived: ["POST /unread", "GET /behind"],
  },
  {
    paragraph: "9110 5.4",
    what: "as many fields as there may be",
    sent: `${get}${"X: y\r\n".repeat(126)}\r\n`,
    ...fine,
  },
  {
    paragraph: "9112 9.3.2",
    what: "a WebSocket behind one that is not answered yet",
    sent: `${late}${webSocket}`,
    statuses: [200, 400],
    arrived: ["GET /late"],
  },
  {
    paragraph: "9112 9.3.2",
    what: "a tunnel behind one that is not answered yet",
    sent: `${late}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`,
    statuses: [200, 405],
    arrived: ["GET /late"],
  },
  {
    paragraph: "9112 9.3.2",
    what: "bytes that are none behind one that is not answered yet",
    sent: "GET /late HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01\r\n\r\n",
    statuses: [200, 400],
    arrived: ["GET /late"],
  },
  {
    paragraph: "9112 9.3.2",
    what: "a wrong one behind two that are not answered yet",
    sent: `${late}${posts("/stream", "")}GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
    statuses: [200, 200, 400],
    arrived: ["GET /late", "POST /stream"],
  },
  {
    paragraph: "9112 9.3.2",
    what: "a body that is none behind one that is not answered yet",
    sent: `${late}${chunked}3\r\nabcX`,
    statuses: [200, 400],
    arrived: ["GET /late", "POST / abcECONNRESET"],
  },
  {
    paragraph: "9112 9.6",
    what: "bytes behind the last request, which nobody hears",
    sent: `GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nnot a request`,
    statuses: [200],
    arrived: ["GET /late"],
    has: /late$/,
  },
];
