/** What one block of a stream of server-sent events says. */
export interface EventBlock {
  readonly id: string | undefined;
  readonly event: string;
  /** Empty where the block is no event, but only has an id. */
  readonly data: string;
}

/** A stream of ours has no longer line; another is none of ours. */
const lineCharactersMax = 1024 * 1024;

/** Reads server-sent events from a stream in pieces, wherever it is cut. */
export class EventBlocks {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #id: string | undefined;
  #event = "message";
  #data: string[] = [];

  /** The blocks that are whole with these bytes. Throws for a line that has no end. */
  read(bytes: Uint8Array): readonly EventBlock[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > lineCharactersMax) throw new RangeError("a line without an end");
    return lines.flatMap((line) => this.#take(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  #take(line: string): readonly EventBlock[] {
    if (line === "") return this.#finish();
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "id") this.#id = value;
    if (field === "event") this.#event = value;
    if (field === "data") this.#data.push(value);
    return [];
  }

  #finish(): readonly EventBlock[] {
    const block = { id: this.#id, event: this.#event, data: this.#data.join("\n") };
    this.#id = undefined;
    this.#event = "message";
    this.#data = [];
    return block.id === undefined && block.data === "" ? [] : [block];
  }
}
