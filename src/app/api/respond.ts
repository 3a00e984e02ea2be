import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PlatformError } from "#core/sys";
import { problemOf } from "#pool/api";
import type { Allowance } from "./allowance.ts";
import type { ApiBounds } from "./bounds.ts";
import type { CrashFile } from "./ports.ts";
import { RequestRefusal } from "./refusal.ts";

/** What an operation is answered with. */
export type Reply =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly type: string; readonly text: string }
  | { readonly kind: "bytes"; readonly type: string; readonly file: CrashFile }
  /** Whoever did the operation writes the answer. */
  | { readonly kind: "taken" };

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Nothing that is answered is to be kept by whoever passes it on. */
const always = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

/** Writes answers, within what all of them together may take. */
export class Responder {
  readonly #answers: Allowance;
  readonly #bounds: ApiBounds;

  constructor(answers: Allowance, bounds: ApiBounds) {
    this.#answers = answers;
    this.#bounds = bounds;
  }

  async answer({ response }: Exchange, status: number, reply: Reply): Promise<void> {
    switch (reply.kind) {
      case "none":
        response.writeHead(status, always).end();
        return;
      case "json":
        this.#write(response, status, "application/json", JSON.stringify(reply.value));
        return;
      case "text":
        this.#write(response, status, reply.type, reply.text);
        return;
      case "bytes":
        await sendFile(response, status, reply);
        return;
      default:
    }
  }

  /** As a problem document. One who is still sending is heard out for a while, so that he reads. */
  refuse({ request, response }: Exchange, error: PlatformError): void {
    const { status, headers } =
      error instanceof RequestRefusal ? error : { status: undefined, headers: {} };
    const problem = problemOf(error, status);
    const body = Buffer.from(JSON.stringify(problem));
    response.writeHead(problem.status, {
      ...always,
      ...headers,
      ...(problem.status === 503 ? { "retry-after": "1" } : {}),
      ...(request.complete ? {} : { connection: "close" }),
      "content-type": "application/problem+json",
      "content-length": body.byteLength,
    });
    if (request.complete) response.end(body);
    else endUnread(request, response, body, this.#bounds);
  }

  #write(response: ServerResponse, status: number, type: string, text: string): void {
    const body = Buffer.from(text);
    this.#answers.take(body.byteLength);
    response.once("close", () => this.#answers.give(body.byteLength));
    response.writeHead(status, {
      ...always,
      "content-type": type,
      "content-length": body.byteLength,
    });
    response.end(body);
  }
}

async function sendFile(
  response: ServerResponse,
  status: number,
  { type, file }: Extract<Reply, { kind: "bytes" }>,
): Promise<void> {
  response.writeHead(status, {
    ...always,
    "content-type": type,
    "content-length": file.sizeBytes,
  });
  await pipeline(Readable.from(file.bytes, { objectMode: false }), response);
}

/**
 * Closing a connection with bytes in it that nobody read may take the answer from the one who
 * sends them. So the answer is written, and the connection closed once he has sent all or enough.
 */
function endUnread(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  bounds: ApiBounds,
): void {
  let unreadBytes = 0;
  const end = (): void => void response.end();
  const late = setTimeout(end, bounds.unreadMs);
  request.on("data", (chunk: Buffer) => {
    unreadBytes += chunk.byteLength;
    if (unreadBytes > bounds.unreadBytesMax) end();
  });
  request.once("end", end);
  response.once("close", () => clearTimeout(late));
  response.write(body);
}
