import assert from "node:assert/strict";
import { createConnection, type Socket } from "node:net";
import type { Served } from "./serving.ts";

/** What came back on a connection until its end. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A connection that nothing speaks HTTP on but the test. */
export function openRaw({ path, server }: Served): Socket {
  const socket =
    path === ""
      ? createConnection({ host: "127.0.0.1", port: server.port ?? 0 })
      : createConnection({ path });
  // What is written to one that was closed is what some tests are about.
  socket.on("error", () => socket.destroy());
  return socket;
}

/** All that comes on a connection until the other side closes it. */
export async function readRaw(socket: Socket): Promise<string> {
  const chunks: Uint8Array[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks).toString();
}

/** Sends `text` as it is and reads until the end; asks to be closed where it may. */
export async function sendRaw(served: Served, text: string): Promise<RawAnswer> {
  const socket = openRaw(served);
  socket.write(text);
  return parseRaw(await readRaw(socket));
}

export function parseRaw(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
  assert.ok(status, `an answer, and not ${JSON.stringify(text.slice(0, 80))}`);
  return { status: Number(status), head: head.toLowerCase(), body: rest.join("\r\n\r\n") };
}

/** One request with nothing special but what is given. */
export function ask(
  line: string,
  headers: Readonly<Record<string, string | number>> = {},
  body = "",
): string {
  const all = { host: "localhost", connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, "", body].join("\r\n");
}
