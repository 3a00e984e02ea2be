/** So many lines are shown to who comes. */
const linesMax = 50;
/** Of one line. */
const charactersMax = 1000;

/** What of a socket a room needs. */
export interface Member {
  send(text: string): void;
}

/** Who is in a room, and what was said there last. */
export class Room {
  readonly #members = new Map<Member, string>();
  readonly #lines: string[] = [];

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  join(member: Member, who: string): void {
    for (const line of this.#lines) member.send(line);
    this.#members.set(member, who);
    this.#tell({ kind: "came", who, here: [...this.#members.values()] });
  }

  leave(member: Member): void {
    const who = this.#members.get(member);
    this.#members.delete(member);
    if (who !== undefined) this.#tell({ kind: "left", who, here: [...this.#members.values()] });
  }

  say(who: string, text: string): void {
    const line = this.#tell({ kind: "said", who, text: text.slice(0, charactersMax) });
    this.#lines.push(line);
    if (this.#lines.length > linesMax) this.#lines.shift();
  }

  #tell(what: object): string {
    const line = JSON.stringify(what);
    for (const member of this.#members.keys()) member.send(line);
    return line;
  }
}
