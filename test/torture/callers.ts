/** Clients of what serves, over real sockets: one call, many at once, and a load that goes on. */
import assert from "node:assert/strict";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { TestContext } from "node:test";
import { type RunningDaemon, up } from "./daemon.ts";

/** No answer takes longer, or something is wrong. */
const patienceMs = 40_000;

export interface CallOptions {
  readonly method?: string;
  readonly host?: string;
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly fields: IncomingMessage["headers"];
}

/** A daemon to which requests can come. */
export interface ServingDaemon extends RunningDaemon {
  readonly port: number;
}

/** As `up`, with a way in for requests at a port that the system chooses. */
export async function upServing(
  context: TestContext,
  options: Parameters<typeof up>[1] & { readonly port?: number } = {},
): Promise<ServingDaemon> {
  const { port = 0, words = [], ...others } = options;
  const daemon = await up(context, { ...others, words: ["--http", `127.0.0.1:${port}`, ...words] });
  const { http = "" } = await daemon.client.status();
  return { ...daemon, port: Number(new URL(http).port) };
}

/** A request whose body is still to be written. */
export function send(port: number, target: string, options: CallOptions): ClientRequest {
  const { method = options.body === undefined ? "GET" : "POST", host, agent } = options;
  return request({
    host: "127.0.0.1",
    port,
    path: target,
    method,
    agent: agent ?? false,
    ...(host === undefined ? {} : { headers: { host } }),
  });
}

interface Problem {
  readonly status: number;
  readonly detail: string;
}

/** Expects a document of RFC 9457, and answers what it says. */
export function problemOf({ status, text, fields }: Answer): string {
  assert.equal(fields["content-type"], "application/problem+json");
  const problem = JSON.parse(text) as Problem;
  assert.equal(problem.status, status);
  return problem.detail;
}

/** The whole answer. Rejects where the connection fails, or the answer is cut. */
export function answerOf(outgoing: ClientRequest): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const late = setTimeout(() => {
    outgoing.destroy(new Error(`${outgoing.path} was not answered in ${patienceMs} ms`));
  }, patienceMs);
  outgoing.on("error", reject);
  outgoing.on("close", () => clearTimeout(late));
  outgoing.on("response", (incoming: IncomingMessage) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.on("error", reject);
    incoming.on("end", () => {
      const text = Buffer.concat(pieces).toString();
      resolve({ status: incoming.statusCode ?? 0, text, fields: incoming.headers });
    });
  });
  return promise;
}

/** One request and its whole answer. */
export function call(port: number, target = "/", options: CallOptions = {}): Promise<Answer> {
  const outgoing = send(port, target, options);
  const answer = answerOf(outgoing);
  outgoing.end(options.body);
  return answer;
}

/** How a call came out, in a word: its status, or what its connection failed of. */
export async function outcomeOf(calling: Promise<Answer>): Promise<string> {
  try {
    return String((await calling).status);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** How many came out how. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  add(outcome: string): void {
    this.#counts.set(outcome, this.of(outcome) + 1);
  }

  of(outcome: string): number {
    return this.#counts.get(outcome) ?? 0;
  }

  get total(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** Those that are there, to be shown and compared. */
  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** One kind of client of a load. */
export interface Caller {
  readonly target: string;
  readonly count: number;
  /** Whether its requests share connections; else each has one of its own. */
  readonly isKept: boolean;
  /** What its answer must be; anything else is an outcome of its own. */
  readonly isRight?: (answer: Answer) => boolean;
}

/** Clients that call one time after the other, until they are told to stop. */
export class Load {
  readonly outcomes: Outcomes = new Outcomes();
  readonly texts: Set<string> = new Set<string>();
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #clients: Promise<void>[] = [];
  #isStopping = false;

  constructor(context: TestContext, port: number, callers: readonly Caller[]) {
    this.#port = port;
    context.after(() => this.stop());
    for (const caller of callers) {
      for (let client = 0; client < caller.count; client++) {
        this.#clients.push(this.#callOnAndOn(caller));
      }
    }
  }

  get count(): number {
    return this.outcomes.total;
  }

  /** Lets those that have begun come to their end. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #callOnAndOn({ target, isKept, isRight = () => true }: Caller): Promise<void> {
    while (!this.#isStopping) {
      const calling = call(this.#port, target, isKept ? { agent: this.#agent } : {});
      const outcome = await outcomeOf(calling);
      if (outcome !== "200") {
        this.outcomes.add(outcome);
        // Who was refused does not come back at once.
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      const answer = await calling;
      this.texts.add(answer.text);
      this.outcomes.add(isRight(answer) ? outcome : `200 ${answer.text.slice(0, 80)}`);
    }
  }
}
