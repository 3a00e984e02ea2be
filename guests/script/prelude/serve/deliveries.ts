import type { Request } from "#prelude/message";
import { Response } from "#prelude/message";
import { report } from "#prelude/say";

/** The field by which the host marks a request that is no caller's: `queue` or `schedule`. */
export const eventField = "noos-event";

interface RetryOptions {
  readonly delaySeconds?: number;
}

/** What becomes of a message: it is done, or comes again. */
type Mark = "done" | RetryOptions;

/** What is said of a message beside what it says. */
interface About {
  readonly id: string | number;
  readonly attempt: number;
  readonly sent: string;
  readonly key?: string | undefined;
}

/** A message as the JSON of a batch has it. */
type Written = About & { readonly body?: string; readonly base64?: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What was said of a message, if anything was. */
let markOf: (message: Message) => Mark | undefined;

/** One message of a batch. Of what is said of it, the first counts. */
export class Message {
  readonly id: string;
  readonly timestamp: Date;
  readonly attempts: number;
  readonly key: string | undefined;
  readonly #content: string | Uint8Array;
  #mark: Mark | undefined;

  static {
    markOf = (message) => message.#mark;
  }

  constructor(about: About, content: string | Uint8Array) {
    this.id = `${about.id}`;
    this.timestamp = new Date(about.sent);
    this.attempts = about.attempt;
    this.key = about.key;
    this.#content = content;
  }

  get text(): string {
    return typeof this.#content === "string" ? this.#content : decoder.decode(this.#content);
  }
  get bytes(): Uint8Array {
    return typeof this.#content === "string" ? encoder.encode(this.#content) : this.#content;
  }
  /** The message as JSON says it; the text itself where it is not JSON. */
  get body(): unknown {
    const { text } = this;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  json(): unknown {
    return JSON.parse(this.text);
  }
  ack(): void {
    this.#mark ??= "done";
  }
  retry(options: RetryOptions = {}): void {
    this.#mark ??= options;
  }
}

export class Batch {
  readonly queue: string;
  readonly messages: readonly Message[];

  constructor(queue: string, messages: readonly Message[]) {
    this.queue = queue;
    this.messages = messages;
  }

  ackAll(): void {
    for (const message of this.messages) message.ack();
  }
  retryAll(options?: RetryOptions): void {
    for (const message of this.messages) message.retry(options);
  }
}

/** Hands the handler what a request brings; the answer says what comes again. */
export async function deliver(
  request: Request,
  handle: (batch: Batch) => unknown,
): Promise<Response> {
  const { headers } = request;
  const isBatch = headers.has("noos-batch");
  const messages = isBatch ? await messagesIn(request) : [await messageOf(request)];
  const batch = new Batch(headers.get("noos-queue") ?? "", messages);
  try {
    await handle(batch);
  } catch (error) {
    if (messages.every((message) => markOf(message) === undefined)) throw error;
    // What was said before it failed holds.
    report("uncaught", error);
    batch.retryAll();
  }
  return isBatch ? answerOfAll(messages) : answerOfOne(messages);
}

async function messagesIn(request: Request): Promise<readonly Message[]> {
  const { messages } = (await request.json()) as { readonly messages: readonly Written[] };
  return messages.map((written) => {
    const { body, base64 = "" } = written;
    return new Message(written, body ?? Uint8Array.fromBase64(base64));
  });
}

async function messageOf(request: Request): Promise<Message> {
  const { headers } = request;
  const about = {
    id: headers.get("noos-message") ?? "",
    sent: headers.get("noos-sent") ?? "",
    attempt: Number(headers.get("noos-attempt")),
    key: headers.get("noos-key") ?? undefined,
  };
  return new Message(about, await request.bytes());
}

/** What of them comes again, as a batch says it. */
function againOf(messages: readonly Message[]): readonly Again[] {
  return messages.flatMap((message) => {
    const mark = markOf(message) ?? "done";
    return mark === "done" ? [] : [{ id: message.id, after: secondsOf(mark) }];
  });
}

interface Again {
  readonly id: string;
  readonly after: number | undefined;
}

/** Within what the host takes: a day at most. */
function secondsOf({ delaySeconds }: RetryOptions): number | undefined {
  if (delaySeconds === undefined) return undefined;
  return Math.min(86_400, Math.max(0, Number(delaySeconds) || 0));
}

/** By the status alone. */
function answerOfOne(messages: readonly Message[]): Response {
  const [again] = againOf(messages);
  if (again === undefined) return new Response(null, { status: 204 });
  const seconds = again.after === undefined ? undefined : `${Math.ceil(again.after)}`;
  const headers = seconds === undefined ? {} : { "retry-after": seconds };
  return new Response(null, { status: 503, headers });
}

function answerOfAll(messages: readonly Message[]): Response {
  const retry = againOf(messages);
  if (retry.length === 0) return new Response(null, { status: 204 });
  return Response.json({ retry }, { status: 207 });
}

/** When a schedule was due. */
export interface ScheduledEvent {
  readonly scheduledTime: number;
  readonly cron: string;
  /** Runs before this one that nobody was there for. */
  readonly missed: number;
}

export async function ring(
  request: Request,
  handle: (event: ScheduledEvent) => unknown,
): Promise<Response> {
  const { headers } = request;
  const text = await request.text();
  const about = text === "" ? undefined : (JSON.parse(text) as { missed?: { count?: number } });
  await handle({
    scheduledTime: Date.parse(headers.get("noos-due") ?? ""),
    cron: headers.get("noos-times") ?? "",
    missed: about?.missed?.count ?? 0,
  });
  return new Response(null, { status: 204 });
}
