/** Clients made of bytes, which also send what no client sends. */
import { connect, type Socket } from "node:net";
import type { ByteSource, SourceAnswer } from "#core/host";
import { Errno } from "#core/sys";

/** Each character as one byte, and back. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

export interface Sending {
  /** Each in a write of its own, once the one before has left. */
  readonly pieces: readonly (string | Uint8Array)[];
  /** Between two of them. */
  readonly paceMs?: number;
  /** What the client does behind the last: `wait` for the end of the other side, as a rule. */
  readonly last?: "wait" | "end" | "reset";
}

/** Sends, and answers with all that came until the connection was over. */
export function exchange(port: number, sending: Sending): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { pieces, paceMs = 0, last = "wait" } = sending;
  let received = "";
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  socket.on("data", (bytes: Buffer) => (received += textOf(bytes)));
  socket.on("error", () => undefined);
  socket.on("end", () => socket.end());
  socket.on("close", () => resolve(received));
  sendAll(socket, pieces, paceMs, () => {
    if (last === "end") socket.end();
    if (last === "reset") socket.resetAndDestroy();
  });
  return promise;
}

function sendAll(
  socket: Socket,
  pieces: Sending["pieces"],
  paceMs: number,
  done: () => void,
): void {
  const [first, ...others] = pieces;
  if (first === undefined || socket.destroyed) return done();
  const next = (): void => sendAll(socket, others, paceMs, done);
  const bytes = typeof first === "string" ? bytesOf(first) : first;
  socket.write(bytes, () => void (paceMs === 0 ? setImmediate(next) : setTimeout(next, paceMs)));
}

/** All of a body, and the name of what it broke off with. */
export async function bodyOf(source: ByteSource | undefined): Promise<string> {
  let text = "";
  while (source !== undefined) {
    const piece = await new Promise<SourceAnswer>((resolve) => source.pull(65_536, resolve));
    if (!(piece instanceof Uint8Array)) return text + (piece instanceof Errno ? piece.name : "");
    text += textOf(piece);
  }
  return text;
}
