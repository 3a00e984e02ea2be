import {
  type CrashView,
  type DeployAnswer,
  type DeployRequest,
  type EventView,
  type OperationName,
  operations,
  type OutputView,
  type Parameters,
  type PlanView,
  type ProcessView,
  type RehearsalRequest,
  type SecretView,
  type SpecSignals,
  type StatusView,
  type WhyView,
} from "#pool/api";
import type {
  PeekRange,
  QueuedMessage,
  QueueStanding,
  QueueView,
  SentMessage,
} from "#pool/api/queued";
import type { RehearsalReport } from "#pool/renewal";
import { Asker } from "./ask.ts";
import { daemonAddress, formatDaemonAddress } from "./daemon-address.ts";
import { type EventOptions, followEvents } from "./follow-events.ts";

export interface ConnectOptions {
  /** `unix:/path`, `host:port`, `http://host:port`. Without it: `NOOS_AT`, or the usual socket. */
  readonly at?: string;
  /** What a daemon on TCP asks for. Without it: `NOOS_TOKEN`. */
  readonly token?: string;
}

/**
 * A client of the daemon that is there, or will be: nothing is sent before something is asked.
 * Throws `USAGE` for an address that is none.
 */
export function connect({ at, token = process.env["NOOS_TOKEN"] }: ConnectOptions = {}): Client {
  return new Client(new Asker(daemonAddress(at), token));
}

/**
 * What can be asked of a daemon. Each throws the `PlatformError` that the daemon refused it with,
 * or `DAEMON_UNREACHABLE`.
 */
export class Client {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** Where it asks. */
  get at(): string {
    return formatDaemonAddress(this.#asker.address);
  }

  status(): Promise<StatusView> {
    return this.#ask("status");
  }

  plan(request: DeployRequest): Promise<PlanView> {
    return this.#ask("plan", {}, request);
  }

  /** Expects that all images were uploaded. */
  deploy(request: DeployRequest): Promise<DeployAnswer> {
    return this.#ask("deploy", {}, request);
  }

  /** As `Management.promote`. */
  promote(app: string): Promise<void> {
    return this.#ask("promote", { app });
  }

  remove(app: string): Promise<void> {
    return this.#ask("remove", { app });
  }

  /** All of one app, or of all; parents before children. */
  processes(app?: string): Promise<readonly ProcessView[]> {
    return this.#ask("processes", app === undefined ? {} : { app });
  }

  /** Ends one or a supervisor: it stays down until `restart`, or the daemon's next start. */
  end(path: string): Promise<void> {
    return this.#ask("end", { path });
  }

  restart(path: string): Promise<void> {
    return this.#ask("restart", { path });
  }

  /** Sets how many of a spec are wanted, until a deploy says otherwise. */
  scale(app: string, spec: string, count: number): Promise<void> {
    return this.#ask("scale", { app, spec }, { count });
  }

  /** As `Management.output`. */
  output(path: string, after?: number): Promise<OutputView> {
    return this.#ask("output", { path, ...(after === undefined ? {} : { after: `${after}` }) });
  }

  /** What was decided lately about a process that serves, and why. */
  why(path: string): Promise<WhyView> {
    return this.#ask("why", { path });
  }

  /** Has another build answer requests of late, aside; its image was uploaded before. */
  rehearse(path: string, request: RehearsalRequest): Promise<RehearsalReport> {
    return this.#ask("rehearse", { path }, request);
  }

  /** Where `events` can begin, to have what happens after what is done next. */
  async position(): Promise<string> {
    const { position } = await this.#ask<{ readonly position: string }>("position");
    return position;
  }

  /** What happens, each event once and in order; goes on by itself after a broken connection. */
  events(options: EventOptions = {}): AsyncGenerator<EventView, void> {
    return followEvents(this.#asker, options);
  }

  setSecret(app: string, name: string, value: string): Promise<void> {
    return this.#ask("setSecret", { app, name }, { value });
  }

  secrets(app?: string): Promise<readonly SecretView[]> {
    return this.#ask("secrets", app === undefined ? {} : { app });
  }

  removeSecret(app: string, name: string): Promise<void> {
    return this.#ask("removeSecret", { app, name });
  }

  signals(): Promise<readonly SpecSignals[]> {
    return this.#ask("signals");
  }

  queues(app?: string): Promise<readonly QueueView[]> {
    return this.#ask("queues", app === undefined ? {} : { app });
  }

  /** Messages of one standing, in their order; it changes nothing. */
  messages(app: string, queue: string, range: PeekRange): Promise<readonly QueuedMessage[]> {
    const { standing, from, most } = range;
    const start = from === undefined ? {} : { from: `${from}` };
    return this.#ask("messages", { app, queue, standing, most: `${most}`, ...start });
  }

  /** Answers its id when it is durable. */
  async sendMessage(app: string, queue: string, message: SentMessage): Promise<number> {
    const { body, ...others } = message;
    const answer = await this.#asker.ask({
      operation: operations.sendMessage,
      parameters: { app, queue, ...others },
      body,
    });
    return (answer as { readonly id: number }).id;
  }

  /** Has dead messages be ready again, all when none are named. Answers how many. */
  redrive(app: string, queue: string, ids?: readonly number[]): Promise<number> {
    return this.#count("redrive", { app, queue }, ids === undefined ? {} : { ids });
  }

  /** Removes messages. Answers how many. */
  purge(app: string, queue: string, standing: QueueStanding | "all"): Promise<number> {
    return this.#count("purge", { app, queue, standing });
  }

  /** Sends messages again that are done with, from one id up to another. Answers how many. */
  replayMessages(
    app: string,
    queue: string,
    { from, to }: { readonly from: number; readonly to?: number },
  ): Promise<number> {
    const end = to === undefined ? {} : { to: `${to}` };
    return this.#count("replayMessages", { app, queue, from: `${from}`, ...end });
  }

  crashes(): Promise<readonly CrashView[]> {
    return this.#ask("crashes");
  }

  /** A recording as it comes, for `noos replay`. What is not read has to be ended (`break`). */
  async crash(id: string): Promise<AsyncIterable<Uint8Array>> {
    return await this.#asker.open({ operation: operations.crash, parameters: { id } });
  }

  async hasImage(digest: string): Promise<boolean> {
    const { hasImage } = operations;
    const answer = await this.#asker.open({
      operation: hasImage,
      parameters: { digest },
      isRefusalRead: false,
    });
    answer.destroy();
    if (answer.statusCode === hasImage.status) return true;
    // An answer to HEAD says no more than that; another question is refused for the same reason.
    if (answer.statusCode !== 404) await this.status();
    return false;
  }

  /** Uploads an image as it is read. Its SHA-256 is to be `digest`, `sha256:` and 64 digits. */
  async putImage(digest: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const { putImage } = operations;
    await this.#asker.ask({ operation: putImage, parameters: { digest }, body: bytes });
  }

  /** What Prometheus would read. */
  async metrics(): Promise<string> {
    return await this.#asker.askText({ operation: operations.metrics });
  }

  /** Ends the daemon and all it runs; what is wanted runs again with the next `noos up`. */
  down(): Promise<void> {
    return this.#ask("down");
  }

  async #count(name: OperationName, parameters: Parameters, body?: unknown): Promise<number> {
    return (await this.#ask<{ readonly count: number }>(name, parameters, body)).count;
  }

  /**
   * The answer is taken for what the protocol says it is: a daemon adds fields, and changes none
   * without another path.
   */
  async #ask<Answer>(
    name: OperationName,
    parameters: Parameters = {},
    body?: unknown,
  ): Promise<Answer> {
    const answer = await this.#asker.ask({
      operation: operations[name],
      parameters,
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    });
    return answer as Answer;
  }
}
