import type { Summons } from "#pool/host/summons";
import type { Delivery, Letter } from "#pool/queue";
import { timeText } from "./time-text.ts";

/** A message that can be read. */
export interface Opened {
  readonly delivery: Delivery;
  readonly letter: Letter;
}

/** The contents of one batch; one message alone may have more. */
const batchBytesMax = 1024 ** 2;

/**
 * Messages in the batches that they are handed out in, in their order. One that has a last attempt
 * comes alone: so one that always fails takes no others with it to the dead.
 */
export function batchesOf(
  all: readonly Opened[],
  { batch, attempts }: { readonly batch: number; readonly attempts: number },
): readonly (readonly Opened[])[] {
  const batches: Opened[][] = [];
  let current: Opened[] = [];
  let bytes = 0;
  for (const one of all) {
    const { delivery, letter } = one;
    if (attempts > 1 && delivery.attempts >= attempts) {
      batches.push([one]);
      continue;
    }
    const isFull = current.length === batch || bytes + letter.body.length > batchBytesMax;
    if (current.length === 0 || isFull) {
      current = [];
      bytes = 0;
      batches.push(current);
    }
    current.push(one);
    bytes += letter.body.length;
  }
  return batches;
}

/** What a request of one message says of it. */
export function messageFields(queue: string, { delivery, letter }: Opened): readonly string[] {
  const { id, attempts, key, sentAtMs } = delivery;
  return [
    ...letter.fields,
    "noos-event",
    "queue",
    "noos-sent",
    timeText(sentAtMs),
    "noos-queue",
    queue,
    "noos-message",
    `${id}`,
    "noos-attempt",
    `${attempts}`,
    ...(key === undefined ? [] : ["noos-key", key]),
  ];
}

/** A request of several messages: JSON, in which each is what it would be as a request. */
export function batchRequest(
  queue: string,
  batch: readonly Opened[],
): Pick<Summons, "fields" | "body" | "isBatch"> {
  const fields = [
    "content-type",
    "application/json",
    "noos-event",
    "queue",
    "noos-queue",
    queue,
    "noos-batch",
    `${batch.length}`,
  ];
  const messages = batch.map((one) => {
    const { id, attempts, key, sentAtMs } = one.delivery;
    const sent = timeText(sentAtMs);
    const about = { id, attempt: attempts, sent, ...(key === undefined ? {} : { key }) };
    return { ...about, fields: fieldMap(one.letter), ...bodyOf(one.letter) };
  });
  return { fields, body: encoder.encode(JSON.stringify({ messages })), isBatch: true };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Texts are seen as such, for most messages are; all others go as base64. */
function bodyOf({ body }: Letter): { readonly body: string } | { readonly base64: string } {
  try {
    return { body: decoder.decode(body) };
  } catch {
    return { base64: body.toBase64() };
  }
}

function fieldMap({ fields }: Letter): Readonly<Record<string, string>> {
  const names = fields.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, fields[2 * index + 1] ?? ""]));
}
