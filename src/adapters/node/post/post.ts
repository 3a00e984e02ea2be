import type { IncomingMessage, RequestOptions } from "node:http";
import type { PostAnswer } from "#pool/signals";

/** Where exports are sent. */
export interface PostTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it, from the name's look-up to the answer's status. */
  readonly timeoutMs: number;
}

/** The statuses that OTLP says may be other ones later. */
const retryable: readonly (number | undefined)[] = [429, 502, 503, 504];

/** Sends one JSON body. What is answered but its status is not read. */
export async function postJson(target: PostTarget, body: string): Promise<PostAnswer> {
  try {
    const answer = await send(target, Buffer.from(body));
    // Nothing of it is kept, and the connection does not wait for its end.
    answer.destroy();
    return judge(answer);
  } catch (error) {
    return { kind: "later", why: `${target.url.host}: ${messageOf(error)}` };
  }
}

async function send(target: PostTarget, body: Uint8Array): Promise<IncomingMessage> {
  const { request } = process.getBuiltinModule(
    target.url.protocol === "https:" ? "node:https" : "node:http",
  );
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    method: "POST",
    headers: {
      ...target.headers,
      "content-type": "application/json",
      "content-length": body.byteLength,
    },
    agent: false,
    signal: AbortSignal.timeout(target.timeoutMs),
  };
  const sent = request(target.url, options, resolve);
  sent.on("error", reject);
  sent.end(body);
  return await promise;
}

function judge({ statusCode, headers }: IncomingMessage): PostAnswer {
  if (statusCode !== undefined && statusCode >= 200 && statusCode < 300) return { kind: "taken" };
  const why = `the receiver answered ${statusCode}`;
  if (!retryable.includes(statusCode)) return { kind: "refused", why };
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds >= 0
    ? { kind: "later", why, afterNs: seconds * 1e9 }
    : { kind: "later", why };
}

function messageOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message === "" ? (code ?? "cannot be reached") : message;
}
