import type { Again, SummonsOutcome } from "#pool/host/summons";

/** An answer about a batch that says more than its status, in JSON. */
export const multiStatus: number = 207;
/** Such an answer may have so much. */
export const answerBytesMax: number = 64 * 1024;
/** A day: more is a mistake. */
export const againSecondsMax: number = 86_400;

const unreadable: SummonsOutcome = {
  kind: "failed",
  why: `its answer to a batch, of status ${multiStatus}, cannot be read`,
};

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * What became of a batch that was answered with `multiStatus` and these bytes:
 * `{"retry":[{"id":17,"after":30}]}`, with `after` in seconds. All of it failed where that is
 * something else: what may not be done must come again.
 */
export function readBatchAnswer(bytes: Uint8Array): SummonsOutcome {
  if (bytes.length > answerBytesMax) return unreadable;
  const retry = fieldOf(parsed(bytes), "retry");
  if (!Array.isArray(retry)) return unreadable;
  const again: Again[] = [];
  for (const one of retry as readonly unknown[]) {
    const read = readAgain(one);
    if (read === undefined) return unreadable;
    again.push(read);
  }
  return { kind: "answered", status: multiStatus, again };
}

function readAgain(written: unknown): Again | undefined {
  const message = Number(fieldOf(written, "id"));
  if (!Number.isSafeInteger(message)) return undefined;
  const after = fieldOf(written, "after");
  if (after === undefined) return { message };
  const isTime = typeof after === "number" && after >= 0 && after <= againSecondsMax;
  return isTime ? { message, afterNs: Math.ceil(after * 1e9) } : undefined;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

function fieldOf(written: unknown, name: string): unknown {
  if (typeof written !== "object" || written === null) return undefined;
  return (written as Readonly<Record<string, unknown>>)[name];
}
