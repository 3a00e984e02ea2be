import type { Socket } from "node:net";
import { type Frame, FrameReader, FrameWriter, noBytes } from "./frames.ts";

/** Who is told what comes over a link. */
export interface LinkListener {
  heard(frame: Frame): void;
  /** The other side is gone. Told once, last. */
  gone(): void;
}

/** What a frame says beside its kind and the number of its request. */
type FrameRest = Partial<Omit<Frame, "kind" | "number">>;

/**
 * One connection between two executors, over which all requests go that one hands to the other.
 * What is said in one turn of the event loop leaves it in one write.
 */
export class Link {
  readonly #socket: Socket;
  readonly #writer = new FrameWriter();
  readonly #reader = new FrameReader();
  #isFlushing = false;

  constructor(socket: Socket, listener: LinkListener) {
    this.#socket = socket;
    const heard = (frame: Frame): void => listener.heard(frame);
    socket.on("data", (piece: Buffer) => {
      // Nobody but executors of ours is there, and none says what is no frame.
      if (!this.#reader.read(piece, heard)) this.close();
    });
    // Why it ended makes no difference to anybody; that it did, "close" says.
    socket.on("error", () => undefined);
    socket.on("close", () => listener.gone());
  }

  send(kind: Frame["kind"], number: number, rest: FrameRest = {}): void {
    const { status = 0, text = "", bytes = noBytes } = rest;
    if (this.#socket.destroyed) return;
    this.#writer.put({ kind, number, status, text, bytes });
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => this.#flush());
  }

  /** Says it before anything else happens. */
  greet(): void {
    this.send("hello", 0);
    this.#flush();
  }

  close(): void {
    this.#socket.destroy();
  }

  #flush(): void {
    this.#isFlushing = false;
    if (this.#socket.destroyed || this.#writer.isEmpty) return;
    this.#socket.write(this.#writer.take(this.#socket.writableLength === 0));
  }
}
