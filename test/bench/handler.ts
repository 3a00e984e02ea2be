/**
 * What a request costs from its arrival to its answer, without a socket: a process that serves on
 * the host of this machine, with an inlet in memory. Back to back, there is always one that waits;
 * one by one, each comes in a turn of the event loop of its own, as from a socket.
 */
import type { IncomingRequest, Inlet, RequestHead } from "#core/host/traffic";
import { nodeHost } from "#app/embed";
import { FlightBudget, FlightRecorder } from "#core/journal/flight";
import { callNames, type StartOptions, System } from "#core/system";
import { guestFile } from "#guests";
import type { Figure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { read } from "./kernel.ts";
import { summarize } from "#test/bench/statistics";

const askedMicros = 6;
const rounds = 9;
const requests = 30_000;

const head: RequestHead = {
  method: "GET",
  scheme: "http",
  authority: "127.0.0.1:8080",
  target: "/greeting?name=world",
  fields: ["host", "127.0.0.1:8080", "user-agent", "wrk/4.1", "accept", "*/*"],
};

/** A line of the same request, again and again; each is answered by counting it. */
class CountingInlet implements Inlet {
  readonly take?: () => IncomingRequest | undefined;
  #left = 0;
  #answer: ((request: IncomingRequest) => void) | undefined;
  #over: () => void = () => undefined;
  answeredBytes = 0;

  constructor(isBackToBack: boolean) {
    if (isBackToBack) this.take = () => (this.#left > 0 ? this.#request() : undefined);
  }

  /** Sends so many; the promise settles when the last was answered. */
  send(count: number): Promise<void> {
    this.#left = count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#over = resolve;
    this.#serve();
    return promise;
  }

  next(answer: (request: IncomingRequest) => void): void {
    this.#answer = answer;
    if (this.#left > 0) this.#serve();
  }

  close(): void {}

  #serve(): void {
    setImmediate(() => {
      const answer = this.#answer;
      this.#answer = undefined;
      answer?.(this.#request());
    });
  }

  #request(): IncomingRequest {
    return {
      head,
      body: undefined,
      isUpgrade: false,
      respond: (_head, body) => {
        this.answeredBytes += body.length;
        this.#left -= 1;
        if (this.#left === 0) this.#over();
      },
      begin: () => unexpected(),
      accept: () => unexpected(),
      abandon: (why) => unexpected(why),
      whenGone: () => undefined,
    };
  }
}

function unexpected(why = "only whole answers are measured"): never {
  throw new Error(why);
}

interface Way {
  readonly name: string;
  readonly guest: "hello" | "headers";
  readonly isBackToBack: boolean;
  readonly isRecorded: boolean;
  readonly asked: number | undefined;
}

const plain = { guest: "hello", isBackToBack: true, isRecorded: false, asked: undefined } as const;
const ways: readonly Way[] = [
  { ...plain, name: "a request, back to back", asked: askedMicros },
  { ...plain, name: "the same, in a turn of its own", isBackToBack: false },
  { ...plain, name: "with its head read and sent back", guest: "headers" },
  { ...plain, name: "with a flight recorder", isRecorded: true },
];

const host = nodeHost({ cacheFolder: false });
const system = new System(host);

function startOf({ isRecorded }: Way, inlet: Inlet): StartOptions {
  if (!isRecorded) return { inlet };
  const rest = { calls: callNames, isPreemptible: true };
  const budget = new FlightBudget();
  return {
    inlet,
    boundary: (launch) => new FlightRecorder({ header: { ...rest, launch }, host, budget }),
  };
}

async function measure(way: Way): Promise<Figure> {
  const inlet = new CountingInlet(way.isBackToBack);
  const program = system.load(read(guestFile(`http/${way.guest}`)));
  const running = system.start(program, startOf(way, inlet));
  const micros: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now();
    await inlet.send(requests);
    // What is compiled on the way is not measured.
    if (round > 0) micros.push(((performance.now() - startedAt) * 1000) / requests);
  }
  running.end("the bench");
  await running.exit;
  const { name, asked } = way;
  const { median, ...rest } = summarize(micros);
  const note = `${Math.round(1000 / median)} thousand a second`;
  return { name, unit: "µs", asked, note, median, ...rest };
}

const figures: Figure[] = [];
for (const way of ways) figures.push(await measure(way));
sendAnswer(figures);
