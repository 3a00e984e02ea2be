/** The process's environment, by name. */
export type Environment = Readonly<Record<string, string>>;

/** What a handler may say about the time after its answer. */
export interface Context {
  /** Goes on after the answer is out; an error is printed. */
  waitUntil(promise: Promise<unknown>): void;
  /** Does nothing: there is nobody else who could answer. */
  passThroughOnException(): void;
}

export interface RetryOptions {
  /** The message comes again after so many seconds; without, after the queue's pause. */
  readonly delaySeconds?: number;
}

/**
 * One message of a queue. Unless it is retried, it is done when the handler is. Of several things
 * that are said of it the first counts, and holds also where the handler throws later.
 */
export interface Message<Body = unknown> {
  readonly id: string;
  /** When it was sent. */
  readonly timestamp: Date;
  /** 1 the first time. */
  readonly attempts: number;
  /** Of messages of one key only one is out at a time. */
  readonly key: string | undefined;
  /** What its text says in JSON; the text itself where it is not JSON. */
  readonly body: Body;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** What its text says in JSON; throws where it is not JSON. */
  json(): Body;
  ack(): void;
  retry(options?: RetryOptions): void;
}

/** Messages of one queue. When the handler throws, those it said nothing of come again. */
export interface Batch<Body = unknown> {
  readonly queue: string;
  readonly messages: readonly Message<Body>[];
  /** Says so of all messages of which nothing was said. */
  ackAll(): void;
  retryAll(options?: RetryOptions): void;
}

/** When a schedule was due. */
export interface ScheduledEvent {
  /** Milliseconds since 1970. */
  readonly scheduledTime: number;
  readonly cron: string;
  /** Runs before this one that did not take place. */
  readonly missed: number;
}

/**
 * What a program exports as its default: `export default { … } satisfies Program<Env>`. `Web`
 * stands for the web's types, which are not this package's.
 */
export interface Program<
  Env = Environment,
  Body = unknown,
  Web extends { readonly request: unknown; readonly response: unknown } = WebTypes,
> {
  fetch?(
    request: Web["request"],
    env: Env,
    context: Context,
  ): Web["response"] | Promise<Web["response"]>;
  queue?(batch: Batch<Body>, env: Env, context: Context): unknown;
  schedule?(event: ScheduledEvent, env: Env, context: Context): unknown;
}

/** The web's types as the program's compiler has them. */
interface WebTypes {
  readonly request: InstanceType<typeof globalThis.Request>;
  readonly response: InstanceType<typeof globalThis.Response>;
}
