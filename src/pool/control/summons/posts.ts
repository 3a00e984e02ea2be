import { assert } from "#core/base";
import { PlatformError, quantityForms } from "#core/sys";
import type { Fields } from "#core/host/traffic";
import type { SentMessage } from "#pool/api/queued";
import type { Post, PostAnswer } from "#pool/host/summons";
import { type MessageId, type Outgoing, type Refusal, sealLetter } from "#pool/queue";
import type { Queues } from "./queues.ts";

/** Header fields of a sender that go with a message. */
const carried: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "noos-caller",
  "traceparent",
  "tracestate",
]);

/** What a message's key may be: it is the value of a header field. */
const keyForm = /^[!-~\u0080-\u00ff](?:[ -~\u0080-\u00ff]{0,254}[!-~\u0080-\u00ff])?$/;

/** Does what a program asks that sends a message; answers `undefined` if there is no such queue. */
export async function answerPost(
  queues: Pick<Queues, "send">,
  post: Post,
): Promise<PostAnswer | undefined> {
  const message = messageOf(post);
  const isSent = post.method === "POST" && "content" in message;
  const sending = queues.send(post.queue, isSent ? [message] : []);
  if (sending === undefined) return undefined;
  if (post.method !== "POST") return refused(405, "messages are sent by POST", ["allow", "POST"]);
  if (!("content" in message)) return refused(400, message.why);
  try {
    const sent = await sending;
    return "ids" in sent ? accepted(sent.ids) : refusalOf(sent.refusal);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return refused(503, "the queue cannot be written", ["retry-after", "5"]);
  }
}

/** A message as one who writes header fields wants it sent, or why it cannot be. */
function messageOf({
  fields,
  body,
}: Pick<Post, "fields" | "body">): Outgoing | { readonly why: string } {
  const kept: string[] = [];
  let key: string | undefined;
  let delayMs = 0;
  for (let at = 0; at < fields.length; at += 2) {
    const [name = "", value = ""] = fields.slice(at, at + 2);
    if (carried.has(name)) kept.push(name, value);
    else if (name === "noos-key") key = value;
    else if (name === "noos-delay") delayMs = (quantityForms.ns.parse(value) ?? Number.NaN) / 1e6;
  }
  if (key !== undefined && !keyForm.test(key)) {
    return {
      why: "a key has 1 to 256 characters without control characters, no space at its ends",
    };
  }
  if (Number.isNaN(delayMs)) return { why: "a delay is a duration such as 10s" };
  return { content: sealLetter({ fields: kept, body }), key, delayMs: Math.ceil(delayMs) };
}

/** The same of one who sends by hand. Throws `REQUEST_INVALID`. */
export function outgoingOf({ body, type, key, delay }: SentMessage): Outgoing {
  const said = { "content-type": type, "noos-key": key, "noos-delay": delay };
  const fields = Object.entries(said).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  const message = messageOf({ fields, body });
  if ("content" in message) return message;
  throw new PlatformError(`cannot send a message: ${message.why}`, {
    code: "REQUEST_INVALID",
    hint: "leave it out, or write it so",
  });
}

function accepted([id]: readonly MessageId[]): PostAnswer {
  assert(id !== undefined, "one was sent");
  return { status: 202, fields: ["noos-message", `${id}`], text: "" };
}

function refusalOf({ code, limit, most }: Refusal): PostAnswer {
  if (code === "QUEUE_FULL") {
    return refused(503, `the queue is full: ${limit} may be ${most}`, ["retry-after", "1"]);
  }
  return refused(limit === "delay" ? 400 : 413, `a message's ${limit} may be ${most}`);
}

function refused(status: number, text: string, fields: Fields = []): PostAnswer {
  return { status, fields, text };
}
