import type { ServerResponse } from "node:http";
import { assert } from "#core/base";
import { PlatformError } from "#core/sys";
import { type EventView, type Management, problemOf } from "#pool/api";
import { Allowance } from "./allowance.ts";
import type { ApiBounds } from "./bounds.ts";

/** Where a follower wants to begin, and whether it wants to go on when it has all there is. */
export interface Following {
  /** After this position, with the oldest that is kept, or with what happens from now on. */
  readonly after: { readonly position: string } | "oldest" | "now";
  readonly isEndless: boolean;
}

/** So many events are read and written in one go; more only when the system has taken them. */
const batchMax = 64;

interface Follower {
  readonly response: ServerResponse;
  readonly isEndless: boolean;
  /** Of the last event that was written. */
  position: string | undefined;
  /** The system has not taken all that was written. */
  isBusy: boolean;
}

/**
 * All who follow events. What happens wakes them; what they are written, they are written from
 * what is kept, each from its own position. So one that does not read holds no more than one batch
 * beside what is in its connection, and misses nothing as long as its position is kept.
 */
export class Followers {
  readonly #management: Management;
  readonly #room: Allowance;
  readonly #followers = new Set<Follower>();
  readonly #texts = new WeakMap<EventView, string>();
  readonly #heartbeatMs: number;
  #unfollow: (() => void) | undefined;
  #heart: NodeJS.Timeout | undefined;
  #isWoken = false;

  constructor(management: Management, bounds: ApiBounds) {
    this.#management = management;
    this.#room = new Allowance("followers", bounds.followersMax);
    this.#heartbeatMs = bounds.heartbeatMs;
  }

  /** Throws `POSITION_UNKNOWN` or `DAEMON_BUSY` before anything is written. */
  add(response: ServerResponse, { after, isEndless }: Following): void {
    let position: string | undefined;
    if (after === "now") position = this.#management.position();
    else if (after !== "oldest") position = after.position;
    this.#management.events(position, 1);
    this.#room.take(1);
    const follower: Follower = { response, isEndless, position, isBusy: false };
    this.#followers.add(follower);
    this.#begin();
    response.once("close", () => this.#remove(follower));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    // An id without data is no event; it says where to go on before there has been any.
    this.#write(follower, position === undefined ? ":\n\n" : `id: ${position}\n\n`);
  }

  close(): void {
    for (const { response } of this.#followers) response.end();
  }

  #begin(): void {
    this.#unfollow ??= this.#management.follow(() => this.#wake());
    this.#heart ??= setInterval(() => this.#beat(), this.#heartbeatMs).unref();
  }

  #remove(follower: Follower): void {
    this.#followers.delete(follower);
    this.#room.give(1);
    if (this.#followers.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = undefined;
    clearInterval(this.#heart);
    this.#heart = undefined;
  }

  /** Many events of one turn wake everybody once. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      for (const follower of this.#followers) this.#pump(follower);
    });
  }

  /** One that takes nothing is left alone: the server closes connections in which nothing moves. */
  #beat(): void {
    for (const follower of this.#followers) {
      if (!follower.isBusy) this.#write(follower, ":\n\n");
    }
  }

  /** Goes on with what there is by then when this is on its way. */
  #write(follower: Follower, text: string): void {
    follower.isBusy = true;
    follower.response.write(text, (error) => {
      // Of a connection that is gone, its end is told as well.
      if (error) return;
      follower.isBusy = false;
      this.#pump(follower);
    });
  }

  #pump(follower: Follower): void {
    const { response, isEndless } = follower;
    if (follower.isBusy || response.writableEnded) return;
    const events = this.#next(follower);
    const last = events?.at(-1);
    if (events === undefined || last === undefined) {
      if (!isEndless) response.end();
      return;
    }
    follower.position = last.position;
    this.#write(follower, events.map((event) => this.#textOf(event)).join(""));
  }

  /** `undefined` where its position is lost, which it was told. */
  #next({ response, position }: Follower): readonly EventView[] | undefined {
    try {
      return this.#management.events(position, batchMax).slice(0, batchMax);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      response.end(`event: problem\ndata: ${JSON.stringify(problemOf(error))}\n\n`);
      return undefined;
    }
  }

  #textOf(event: EventView): string {
    const known = this.#texts.get(event);
    if (known !== undefined) return known;
    assert(!/[\r\n\0]/.test(event.position), "a position is on one line");
    const text = `id: ${event.position}\ndata: ${JSON.stringify(event)}\n\n`;
    this.#texts.set(event, text);
    return text;
  }
}
