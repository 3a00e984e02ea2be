import { Duplex } from "node:stream";
import type { Connection } from "#core/host";
import { Errno } from "#core/sys";

/** A connection of ours as a stream of Node's, for parsers that want one. */
export class ConnectionStream extends Duplex {
  readonly #connection: Connection;
  #silence: NodeJS.Timeout | undefined = undefined;

  constructor(connection: Connection) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
  }

  override _read(bytesMax: number): void {
    this.#connection.pull(bytesMax, (result) => {
      if (this.destroyed) return;
      this.#silence?.refresh();
      if (result instanceof Errno) this.destroy(errorOf(result));
      else this.push(result === "end" ? null : result);
    });
  }

  override _write(
    bytes: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    this.#connection.push(bytes, (failed) => {
      this.#silence?.refresh();
      done(failed === undefined ? null : errorOf(failed));
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.shutdownWrite();
    done();
  }

  /** What sockets have beside: there is no reset here, and who resets one ends it. */
  resetAndDestroy(): this {
    return this.destroy();
  }

  /** The same: it keeps nothing running, whether it is wanted to or not. */
  ref(): this {
    return this;
  }

  /** Emits "timeout" when nothing moved for so long; 0 is for ever. */
  setTimeout(ms: number): this {
    clearTimeout(this.#silence);
    this.#silence = ms > 0 ? setTimeout(() => this.emit("timeout"), ms) : undefined;
    return this;
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.end(() => this.destroy());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#silence);
    this.#connection.close();
    done(error);
  }
}

function errorOf(failed: Errno): Error {
  return Object.assign(new Error(failed.meaning), { code: failed.name });
}
