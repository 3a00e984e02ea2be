import type { Clock, Turns } from "#core/host";
import type { EventView } from "#pool/api";
import type { Calendar, Life, Logs, Store } from "#pool/host";
import type { Backlog, Post, PostAnswer, Summons, SummonsEnd } from "#pool/host/summons";
import type { Manifest, ProcessSpec } from "#pool/manifest";
import type { Consumption } from "./consumer.ts";
import { answerPost } from "./posts.ts";
import { Queues } from "./queues.ts";
import { Schedules } from "./schedules.ts";

export interface SummonerPorts {
  readonly logs: Logs;
  readonly calendar: Calendar;
  readonly store: Store;
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** The time of day, in milliseconds since 1970. */
  readonly wallMs: () => number;
  step(happen: () => void): void;
  summon(life: Life, summons: readonly Summons[]): void;
  backlog(life: Life, backlog: Backlog): void;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** A bug of ours showed in work that nobody waits for. */
  failed(error: unknown): void;
}

/** A process that is up. */
export interface Worker {
  readonly life: Life;
  readonly app: string;
  readonly path: string;
  readonly spec: ProcessSpec;
  /** Of what the process may have at a time, from 0 to 1: others have the rest. */
  readonly part: number;
  /** Whether it is the one that has what cannot be shared. */
  readonly isFirst: boolean;
}

/** Gives processes that are up what queues and schedules have for them. */
export class Summoner {
  readonly queues: Queues;
  readonly schedules: Schedules;
  readonly #ports: SummonerPorts;
  #lastNumber = 0;

  constructor(ports: SummonerPorts) {
    this.#ports = ports;
    const own = { ...ports, nextNumber: () => (this.#lastNumber += 1) };
    this.queues = new Queues(own);
    this.schedules = new Schedules(own);
  }

  /** What is wanted of an app; nothing, when it is removed. */
  become(app: string, manifest: Pick<Manifest, "queues" | "processes"> | undefined): void {
    this.queues.become(app, manifest?.queues ?? []);
    this.schedules.become(app, manifest?.processes ?? []);
  }

  /** It is up, or wanted otherwise than before. */
  up({ life, app, path, spec, part, isFirst }: Worker): void {
    const { consume, name } = spec;
    if (consume === undefined) this.queues.leave(life);
    else {
      const consumption = partOf(consume, part);
      this.queues.consume(app, consume.queue, { life, path, consumption });
    }
    if (spec.schedule !== undefined && isFirst) this.schedules.up(app, name, { life, path });
  }

  gone(life: Life): void {
    this.queues.leave(life);
    this.schedules.gone(life);
  }

  room(life: Life, most: number): void {
    this.queues.room(life, most);
  }

  ended(life: Life, ends: readonly SummonsEnd[]): void {
    this.queues.ended(life, ends);
    this.schedules.ended(life, ends);
  }

  posted(post: Post, answer: (answer: PostAnswer | undefined) => void): void {
    answerPost(this.queues, post).then(answer, (error: unknown) => this.#ports.failed(error));
  }

  /** Begins nothing more. What is out may still end. */
  close(): void {
    this.queues.close();
    this.schedules.close();
  }

  /** When all that became of messages is durable. */
  settled(): Promise<void> {
    return this.queues.settled();
  }
}

/** What one has of it that may have such a part; nothing at all for none. */
function partOf(
  { atOnce: all, batch, waitNs }: NonNullable<ProcessSpec["consume"]>,
  part: number,
): Consumption {
  const atOnce = Math.ceil(all * part);
  // A batch that it may not have would never be full.
  return { atOnce, batch: Math.min(batch, Math.max(1, atOnce)), waitMs: Math.ceil(waitNs / 1e6) };
}
