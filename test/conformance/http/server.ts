/** A front, and a program behind it that writes down what it is asked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Certificates, developmentCertificate } from "#adapters/node/certificate";
import { type FrontBounds, type FrontOptions, HttpFront } from "#adapters/node/http";
import type { IncomingRequest, ResponseHead } from "#core/host/traffic";
import type { Errno } from "#core/sys";
import { bodyOf, bytesOf } from "./raw-client.ts";

export interface Server {
  readonly port: number;
  readonly front: HttpFront;
  /** What came since it was asked last: method, target and body. */
  readonly arrived: () => readonly string[];
}

/** One request, as far as it has come. */
interface Arrival {
  line: string;
}

type Program = (request: IncomingRequest) => void;

export async function serve(
  context: TestContext,
  bounds: Partial<FrontBounds> = {},
  program?: Program,
): Promise<Server> {
  return await serveWith(context, { bounds }, program);
}

/** The same over TLS, with HTTP/2. */
export async function serveSecure(
  context: TestContext,
  bounds: Partial<FrontBounds> = {},
  program?: Program,
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "noos-conformance-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const certificates = new Certificates([developmentCertificate(folder)]);
  return await serveWith(context, { bounds, certificates }, program);
}

async function serveWith(
  context: TestContext,
  options: Pick<FrontOptions, "bounds" | "certificates">,
  program: Program | undefined,
): Promise<Server> {
  const arrivals: Arrival[] = [];
  const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const arrived = program ?? ((request) => void answer(request, arrivals));
  const front = await HttpFront.listen(at, { ...options, arrived });
  context.after(() => front.close(0));
  const port = front.address.kind === "tcp" ? front.address.port : 0;
  return { port, front, arrived: () => arrivals.splice(0).map(({ line }) => line) };
}

async function answer(request: IncomingRequest, arrivals: Arrival[]): Promise<void> {
  const { method, target } = request.head;
  const arrival = { line: `${method} ${target}` };
  arrivals.push(arrival);
  if (request.isUpgrade) return request.accept([]).close(1000, "");
  const given = answers[target.replace(/\?.*/, "")];
  if (given === undefined) {
    const body = await bodyOf(request.body);
    if (body !== "") arrival.line += ` ${body}`;
    return request.respond(plain, bytesOf("fine"));
  }
  await given(request);
}

const plain: ResponseHead = { status: 200, fields: ["content-type", "text/plain"] };

/** What RFC 9110 has once in a response, and what is once in a request. */
const fieldsTwice = [
  "content-type",
  "date",
  "etag",
  "location",
  "age",
  "host",
  "dnt",
  "tk",
].flatMap((name) => [name, "a", name, "b"]);

/** More than a system keeps of what a client does not read. */
const largeBytes = 20_000_000;

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Targets that are answered in a way of their own. */
const answers: Readonly<Record<string, (request: IncomingRequest) => Promise<void> | void>> = {
  "/never": () => undefined,
  "/204": (request) => request.respond({ ...plain, status: 204 }, bytesOf("not to be sent")),
  "/304": (request) => request.respond({ ...plain, status: 304 }, bytesOf("not to be sent")),
  // Whoever takes it decides what it means; over neither version is it ours to refuse.
  "/twice": (request) => request.respond({ status: 200, fields: fieldsTwice }, bytesOf("twice")),
  "/unread": (request) => request.respond(plain, bytesOf("unread")),
  "/late": async (request) => {
    await turns(20);
    request.respond(plain, bytesOf("late"));
  },
  "/read-late": async (request) => {
    await turns(20);
    await bodyOf(request.body);
    request.respond(plain, bytesOf("late"));
  },
  "/begin-late": async (request) => {
    await turns(20);
    const sink = request.begin(plain);
    await new Promise((resolve) => sink.push(bytesOf("late"), resolve));
    sink.close();
    request.abandon("it is over");
  },
  "/stream": async (request) => {
    const sink = request.begin(plain);
    for (const piece of ["one ", "two ", "three"]) {
      await turns(5);
      await new Promise((resolve) => sink.push(bytesOf(piece), resolve));
    }
    sink.close();
  },
  "/large": (request) => request.respond(plain, new Uint8Array(largeBytes)),
  "/large-stream": async (request) => {
    const sink = request.begin(plain);
    await new Promise((resolve) => sink.push(new Uint8Array(largeBytes), resolve));
    sink.close();
  },
  "/endless": (request) => {
    const sink = request.begin(plain);
    const piece = new Uint8Array(largeBytes / 8);
    const next = (failed: Errno | undefined): void => {
      if (failed === undefined) sink.push(piece.subarray(Number(sink.tryPush?.(piece) ?? 0)), next);
    };
    next(undefined);
  },
  "/fields": (request) => {
    const { fields } = request.head;
    const own = fields.filter((_, at) => (fields[at - (at % 2)] as string).startsWith("x-own"));
    request.respond(plain, bytesOf(JSON.stringify(own)));
  },
};
