import type { CheckpointPart, Ledger, MessageView, Move, MoveEntry } from "#pool/queue/ledger";

/** So that an entry stays below 1 MiB, whatever the keys; see the bound `message-bytes`. */
const partMessagesMax = 1000;
const partKeyCharactersMax = 200_000;

/** All that a ledger knows, in parts that each fit into an entry of a log. */
export function checkpointOf(ledger: Ledger, seen: number): readonly CheckpointPart[] {
  const groups: MessageView[][] = [[]];
  let characters = 0;
  for (const message of ledger.all()) {
    const length = message.key?.length ?? 0;
    let group = groups.at(-1) ?? [];
    const isFull = group.length >= partMessagesMax;
    if (group.length > 0 && (isFull || characters + length > partKeyCharactersMax)) {
      group = [];
      groups.push(group);
      characters = 0;
    }
    group.push(message);
    characters += length;
  }
  const parts = groups.length;
  return groups.map((messages, part) => ({ kind: "checkpoint", seen, part, parts, messages }));
}

/** What a log of moves says: the last checkpoint that is whole, and the moves after it. */
export class MoveHistory {
  #parts: CheckpointPart[] = [];
  #checkpoint: readonly CheckpointPart[] = [];
  #moves: Move[] = [];

  /** Expects entries in the order of the log. */
  add(entry: MoveEntry): void {
    if (entry.kind !== "checkpoint") {
      this.#moves.push(entry);
      return;
    }
    // One that was not finished begins anew.
    if (entry.part === 0) this.#parts = [];
    if (entry.part === this.#parts.length) this.#parts.push(entry);
    if (this.#parts.length < entry.parts) return;
    this.#checkpoint = this.#parts;
    this.#parts = [];
    this.#moves = [];
  }

  /** From where on the log of messages has what the checkpoint has not. */
  get seen(): number {
    return this.#checkpoint[0]?.seen ?? 1;
  }

  get messages(): readonly MessageView[] {
    return this.#checkpoint.flatMap(({ messages }) => messages);
  }

  get moves(): readonly Move[] {
    return this.#moves;
  }
}
