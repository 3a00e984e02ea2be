import assert from "node:assert/strict";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { Errno } from "#core/sys";
import { type FrontOptions, HttpFront } from "./front.ts";

/** Each character as one byte, and back. */
export const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** A front that listens on a port of its own until the test is over. */
export async function frontFor(
  context: TestContext,
  options: FrontOptions,
): Promise<{ readonly port: number; readonly front: HttpFront }> {
  const front = await HttpFront.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, options);
  context.after(() => front.close(0));
  assert.ok(front.address.kind === "tcp");
  return { port: front.address.port, front };
}

export const answerHello = (request: IncomingRequest): void => {
  request.respond({ status: 200, fields: ["content-type", "text/plain"] }, bytesOf("hello"));
};

/** Sends pieces, each in a write of its own, and answers with all that came until the end. */
export function exchange(port: number, pieces: readonly string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = "";
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("data", (bytes: Buffer) => (received += textOf(bytes)));
  socket.on("error", () => undefined);
  socket.on("close", () => resolve(received));
  const sendNext = (at: number): void => {
    const piece = pieces[at];
    if (piece === undefined) return;
    socket.write(bytesOf(piece), () => setImmediate(sendNext, at + 1));
  };
  sendNext(0);
  return promise;
}

export const pull = (source: ByteSource, bytesMax = 65_536): Promise<SourceAnswer> =>
  new Promise((resolve) => source.pull(bytesMax, resolve));

export const push = (sink: ByteSink, bytes: Uint8Array): Promise<Errno | undefined> =>
  new Promise((resolve) => sink.push(bytes, resolve));

export async function readAll(source: ByteSource | undefined): Promise<string> {
  let text = "";
  while (source !== undefined) {
    const piece = await pull(source);
    if (!(piece instanceof Uint8Array)) return text + (piece instanceof Errno ? piece.name : "");
    text += textOf(piece);
  }
  return text;
}
