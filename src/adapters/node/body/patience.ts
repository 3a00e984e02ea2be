/** What can be given up when nothing moves on it for a while: a socket, or a stream of HTTP/2. */
export interface Stallable {
  readonly destroyed: boolean;
  setTimeout(ms: number): unknown;
}

/**
 * How long a client may keep us waiting. Time counts only while somebody waits for the client, not
 * while the client waits for a program.
 */
export class Patience {
  readonly #client: Stallable;
  readonly #stallMs: number;
  #waits = 0;

  constructor(client: Stallable, stallMs: number) {
    this.#client = client;
    this.#stallMs = stallMs;
  }

  begin(): void {
    this.#waits += 1;
    if (this.#waits === 1 && !this.#client.destroyed) this.#client.setTimeout(this.#stallMs);
  }

  end(): void {
    this.#waits -= 1;
    if (this.#waits === 0 && !this.#client.destroyed) this.#client.setTimeout(0);
  }
}
