import type { Request } from "#prelude/message";
import { Response } from "#prelude/message";

/** The field by which the host marks a request that is no caller's: `queue` or `schedule`. */
export const eventField = "noos-event";

interface DeliveredMessage {
  readonly id: string;
  readonly timestamp: number;
  readonly attempts: number;
  readonly body: string;
}

interface Delivery {
  readonly queue: string;
  readonly messages: readonly DeliveredMessage[];
}

/** One message of a batch. What is neither retried nor acknowledged is done if the handler is. */
export class Message {
  readonly id: string;
  readonly timestamp: Date;
  readonly attempts: number;
  readonly #text: string;
  readonly #batch: Batch;

  constructor(batch: Batch, { id, timestamp, attempts, body }: DeliveredMessage) {
    this.id = id;
    this.timestamp = new Date(timestamp);
    this.attempts = attempts;
    this.#text = body;
    this.#batch = batch;
  }

  get text(): string {
    return this.#text;
  }
  /** The message as JSON says it; the text itself where it is not JSON. */
  get body(): unknown {
    try {
      return JSON.parse(this.#text);
    } catch {
      return this.#text;
    }
  }
  ack(): void {
    this.#batch.retried.delete(this.id);
  }
  retry(options: { readonly delaySeconds?: number } = {}): void {
    this.#batch.retried.set(this.id, (options.delaySeconds ?? 0) * 1000);
  }
}

export class Batch {
  readonly queue: string;
  readonly messages: readonly Message[];
  /** By id: after how many milliseconds. */
  readonly retried: Map<string, number> = new Map();

  constructor({ queue, messages }: Delivery) {
    this.queue = queue;
    this.messages = messages.map((message) => new Message(this, message));
  }

  ackAll(): void {
    this.retried.clear();
  }
  retryAll(options: { readonly delaySeconds?: number } = {}): void {
    for (const message of this.messages) message.retry(options);
  }
}

/** Hands a message to the handler as a batch of one; the answer says whether it comes again. */
export async function deliver(
  request: Request,
  handle: (batch: Batch) => unknown,
): Promise<Response> {
  const { headers } = request;
  const message = {
    id: headers.get("noos-message") ?? "",
    timestamp: Date.parse(headers.get("noos-sent") ?? ""),
    attempts: Number(headers.get("noos-attempt")),
    body: await request.text(),
  };
  const batch = new Batch({ queue: headers.get("noos-queue") ?? "", messages: [message] });
  await handle(batch);
  const delayMs = batch.retried.get(message.id);
  if (delayMs === undefined) return new Response(null, { status: 204 });
  const seconds = Math.ceil(delayMs / 1000);
  return new Response(null, {
    status: 503,
    headers: seconds > 0 ? { "retry-after": `${seconds}` } : {},
  });
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
