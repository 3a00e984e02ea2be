import type { Daemon } from "#app/cli/ask";
import type { EventKind, EventView } from "#pool/api";

/** What is said of an event that somebody who develops an app should know of. */
const sentences: Readonly<Partial<Record<EventKind, string>>> = {
  "process-ended": "failed",
  "instance-failed": "an instance failed",
  "call-unlisted": "a call",
  "renewal-reverted": "does not start as it is now, and goes on as it was",
};

/** Of these, others are as somebody wants them. */
const onlyFailures: ReadonlySet<EventKind> = new Set(["process-ended", "call-unlisted"]);

/** Tells what goes wrong with processes, until `signal` says so. */
export async function followFailures(
  daemon: Pick<Daemon, "events">,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  for await (const event of daemon.events({ signal })) {
    const line = failureLine(event);
    if (line !== undefined) say(line);
  }
}

/** What a person is told of an event; nothing where all is as it should be. */
export function failureLine({ kind, path, text, isFailure }: EventView): string | undefined {
  const sentence = sentences[kind];
  if (sentence === undefined) return undefined;
  if (onlyFailures.has(kind) && isFailure !== true) return undefined;
  return [`${path}: ${sentence}`, ...(text === undefined ? [] : [text])].join(": ");
}
