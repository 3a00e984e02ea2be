import type { IncomingMessage, ServerResponse } from "node:http";
import { PlatformError } from "#core/sys";
import { checkSchema, type Operation, schemas } from "#pool/api";
import type { Allowance } from "./allowance.ts";
import type { ApiBounds } from "./bounds.ts";
import { AskerGone, RequestRefusal } from "./refusal.ts";

const hint = "GET /v1/openapi.json describes each request";

/**
 * The body of a request whose operation is not done while it comes: as the schema says where it is
 * in JSON, else its bytes.
 */
export async function readBody(
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  operation: Operation,
  { bounds, bodies }: { readonly bounds: ApiBounds; readonly bodies: Allowance },
): Promise<unknown> {
  const { kind } = operation.request;
  if (kind !== "json" && kind !== "content") return undefined;
  const { request, response } = exchange;
  if (kind === "json") refuseOtherTypes(request);
  const declaredBytes = Number(request.headers["content-length"] ?? 0);
  if (declaredBytes > bounds.jsonBytesMax) throw tooLarge(bounds.jsonBytesMax);
  if (request.headers.expect !== undefined) response.writeContinue();
  const bytes = await readBytes(request, bounds, bodies);
  if (operation.request.kind !== "json") return bytes;
  const value = parse(bytes.toString("utf8"));
  const wrong = checkSchema(schemas[operation.request.schema], value, schemas);
  if (wrong === undefined) return value;
  const at = wrong.at === "" ? "the body" : `"${wrong.at}" of the body`;
  throw new PlatformError(`${at} is ${wrong.found}, expected ${wrong.expected}`, {
    code: "REQUEST_INVALID",
    hint,
  });
}

function refuseOtherTypes({ headers }: IncomingMessage): void {
  const type = headers["content-type"] ?? "nothing";
  if (/^application\/json(?:\s*;|$)/i.test(type)) return;
  throw new RequestRefusal(`the body is said to be ${type}, expected application/json`, {
    status: 415,
    hint,
    headers: { accept: "application/json" },
  });
}

/**
 * All of it, within time and size; what counts is what has come, so that a slow sender
 * takes no room from others. Leaves the connection as it is when it throws.
 */
async function readBytes(
  request: IncomingMessage,
  bounds: ApiBounds,
  bodies: Allowance,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const late = setTimeout(() => {
    const message = `only ${sizeBytes} bytes of the body came in ${bounds.bodyMs / 1000} s`;
    reject(new RequestRefusal(message, { status: 408, hint: "send it again, faster" }));
  }, bounds.bodyMs);
  const take = (chunk: Buffer): void => {
    try {
      if (sizeBytes + chunk.byteLength > bounds.jsonBytesMax) throw tooLarge(bounds.jsonBytesMax);
      bodies.take(chunk.byteLength);
      sizeBytes += chunk.byteLength;
      chunks.push(chunk);
    } catch (refusal) {
      reject(refusal);
    }
  };
  request.on("data", take);
  request.once("end", resolve);
  request.once("close", () => reject(new AskerGone("the connection was closed")));
  try {
    await promise;
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(late);
    // What still comes is let go by whoever refuses; none of it is kept here.
    request.off("data", take);
    bodies.give(sizeBytes);
  }
}

function tooLarge(bytesMax: number): PlatformError {
  return new PlatformError(`the body has more than ${bytesMax} bytes, the most there may be`, {
    code: "REQUEST_TOO_LARGE",
    hint: "send less at once",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new PlatformError(`the body is no JSON: ${why}`, {
      code: "REQUEST_INVALID",
      hint,
      cause,
    });
  }
}
