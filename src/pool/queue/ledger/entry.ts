import type { Message, MessageId, MessageView, Stage } from "./message.ts";

/** A message as its ledger keeps it. */
export class Entry implements Message {
  readonly id: MessageId;
  readonly key: string | undefined;
  readonly sentAtMs: number;
  readonly sizeBytes: number;
  position: number;
  attempts: number;
  deliveries: number;
  stage: Stage;
  /** Of one that waits: its time has come. */
  isDue = false;
  /** Of one that is due: it stands among those to be handed out next. */
  isOffered = false;
  /** It was acknowledged or removed. */
  isGone = false;

  constructor(message: MessageView) {
    this.id = message.id;
    this.key = message.key;
    this.sentAtMs = message.sentAtMs;
    this.sizeBytes = message.sizeBytes;
    this.position = message.position;
    this.attempts = message.attempts;
    this.deliveries = message.deliveries;
    this.stage = message.stage;
  }

  /** What does not change when this does. */
  view(): MessageView {
    const { id, key, sentAtMs, sizeBytes, position, attempts, deliveries, stage } = this;
    return { id, key, sentAtMs, sizeBytes, position, attempts, deliveries, stage };
  }
}

/** A stage of a message that ends by itself at a time, as long as it lasts. */
export interface Deadline {
  readonly entry: Entry;
  readonly stage: Stage;
  readonly atMs: number;
}

export function isStanding({ entry, stage }: Deadline): boolean {
  return !entry.isGone && entry.stage === stage;
}
