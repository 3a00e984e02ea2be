import type {
  ClientRequest,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestOptions,
} from "node:http";
import { PlatformError } from "#core/sys";
import { formatTarget, type Operation, type Parameters, ProblemError } from "#pool/api";
import { type DaemonAddress, formatDaemonAddress } from "./daemon-address.ts";

/** What is sent to a daemon. */
export interface Question {
  readonly operation: Operation;
  readonly parameters?: Partial<Parameters>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `false`: a refusal is an answer like others. */
  readonly isRefusalRead?: boolean;
}

/** An answer as it comes. Whoever does not read it to its end destroys it. */
export interface Answer extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  destroy(): void;
}

/** An answer that is no stream is given up when nothing of it has come for so long. */
const idleMs = 60_000;

/** Of an answer in JSON: ten times what 10,000 processes take. */
const answerBytesMax = 64 * 1024 * 1024;

/** Puts questions to one daemon, each over a connection of its own. */
export class Asker {
  readonly address: DaemonAddress;
  readonly #token: string | undefined;

  constructor(address: DaemonAddress, token: string | undefined) {
    this.address = address;
    this.#token = token;
  }

  /** The answer's body as JSON says it; `undefined` where it has none. */
  async ask(question: Question): Promise<unknown> {
    const text = await this.askText(question);
    return text === "" ? undefined : this.#parse(text);
  }

  async askText(question: Question): Promise<string> {
    return await this.#readText(await this.open(question));
  }

  /** The answer, as soon as it begins. Throws what the daemon refused the question with. */
  async open(question: Question): Promise<Answer> {
    const answer = await this.#send(question);
    const { statusCode = 500 } = answer;
    if (statusCode < 400 || question.isRefusalRead === false) return answer;
    throw await this.#refusal(answer, statusCode);
  }

  async #send(question: Question): Promise<IncomingMessage> {
    const { operation, parameters = {}, headers, body, signal } = question;
    const { request } = process.getBuiltinModule("node:http");
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options: RequestOptions = {
      ...(this.address.kind === "unix"
        ? { socketPath: this.address.path }
        : { host: this.address.host, port: this.address.port }),
      method: operation.method,
      path: formatTarget(operation, parameters),
      headers: { ...this.#headers(operation, body), ...headers },
      // One that is kept may be closed by the daemon just when it is used again.
      agent: false,
      timeout: idleMs,
      ...(signal === undefined ? {} : { signal }),
    };
    const sent = request(options, resolve);
    sent.once("timeout", () => sent.destroy(new Error(`no answer in ${idleMs / 1000} s`)));
    sent.on("error", (cause) =>
      reject(signal?.aborted === true ? cause : this.#unreachable(cause)),
    );
    sendBody(sent, body).catch((error: unknown) => {
      sent.destroy();
      reject(error);
    });
    return await promise;
  }

  #headers({ request }: Operation, body: Question["body"]): OutgoingHttpHeaders {
    const bytes = "application/octet-stream";
    const types = { json: "application/json", bytes, content: bytes, none: undefined };
    const type = types[request.kind];
    return {
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(type === undefined ? {} : { "content-type": type }),
      ...(body instanceof Uint8Array ? { "content-length": body.byteLength } : {}),
    };
  }

  async #refusal(answer: Answer, status: number): Promise<PlatformError> {
    const text = await this.#readText(answer);
    const type = answer.headers["content-type"];
    if (typeof type === "string" && type.startsWith("application/problem+json")) {
      const problem = this.#parse(text);
      if (isProblem(problem)) return new ProblemError(problem);
    }
    return this.#unreachable(`what answers there says ${status}, and is no daemon of noos`);
  }

  async #readText(answer: Answer): Promise<string> {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of answer) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > answerBytesMax) break;
        chunks.push(chunk);
      }
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    if (sizeBytes <= answerBytesMax) return Buffer.concat(chunks).toString("utf8");
    throw this.#unreachable(`its answer has more than ${answerBytesMax} bytes`);
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): PlatformError {
    const why = typeof cause === "string" ? cause : reasonOf(cause);
    return new PlatformError(`no daemon answers at ${formatDaemonAddress(this.address)}: ${why}`, {
      code: "DAEMON_UNREACHABLE",
      hint: "start one with noos up, or say where it is with --at or NOOS_AT",
      ...(typeof cause === "string" ? {} : { cause }),
    });
  }
}

/**
 * Sends all of `body`, unless the answer comes before: then it is a refusal, and the rest of what
 * was to be sent is not read. Throws what reading it throws.
 */
async function sendBody(sent: ClientRequest, body: Question["body"]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    sent.end(body);
    return;
  }
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    for (const event of ["response", "close"]) sent.once(event, () => resolve());
  }).then(() => (isOver = true));
  // Whoever answers early is not sent more, and the connection goes when the answer was read.
  sent.once("response", (answer) => answer.once("close", () => sent.destroy()));
  for await (const chunk of body) {
    if (isOver) return;
    if (sent.write(chunk)) continue;
    await Promise.race([over, new Promise((resolve) => sent.once("drain", resolve))]);
  }
  if (!isOver) sent.end();
}

function isProblem(value: unknown): value is ConstructorParameters<typeof ProblemError>[0] {
  const fields = ["detail", "code", "hint"];
  return (
    typeof value === "object" &&
    value !== null &&
    fields.every((name) => typeof Reflect.get(value, name) === "string")
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no socket",
  ECONNREFUSED: "nobody listens",
  EACCES: "this user may not use the socket",
  ECONNRESET: "the connection was closed",
  EAGAIN: "too many others wait to be let in",
};

function reasonOf(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const { code, message } = first as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message;
}
