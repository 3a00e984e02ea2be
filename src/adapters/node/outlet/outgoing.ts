import type { ClientRequest, IncomingMessage } from "node:http";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import type { OutgoingRequest, ResponseHead } from "#core/host/traffic";
import { endToEnd, type FieldNames } from "#core/http";
import { errno, type Errno } from "#core/sys";
import { BodySink, BodySource } from "#adapters/node/body";
import { codeOf, errnoOf } from "#adapters/node/failure";

type Answered = (result: ResponseHead | Errno) => void;

export interface OutgoingOptions {
  readonly names: FieldNames;
  readonly hasBody: boolean;
  /** What the head promises of the body; `undefined`: nothing. */
  readonly bodyBytes: number | undefined;
  /** Until all of the response has come; `Infinity`: for ever. */
  readonly deadlineNs: number;
  /** Whether it may be made once more when a connection was closed that lay idle before. */
  readonly isRepeatable: boolean;
}

/** A request over Node's client, and its response. */
export class Outgoing implements OutgoingRequest {
  readonly body: ByteSink | undefined;
  readonly #make: () => ClientRequest;
  readonly #options: OutgoingOptions;
  readonly #deadline: NodeJS.Timeout | undefined;
  #request: ClientRequest;
  #answer: Answered | undefined;
  #result: ResponseHead | Errno | undefined;
  #source: BodySource | undefined;
  #failed: Errno | undefined;
  #isRepeated = false;

  constructor(make: () => ClientRequest, options: OutgoingOptions) {
    this.#make = make;
    this.#options = options;
    this.#request = this.#begin();
    this.body = options.hasBody ? this.#sink() : undefined;
    if (!options.hasBody) this.#request.end();
    const ms = Math.ceil(options.deadlineNs / 1e6);
    if (ms > 2 ** 31 - 1) return;
    // What keeps this OS process alive is the connection.
    this.#deadline = setTimeout(() => this.#end(errno.ETIMEDOUT), ms).unref();
  }

  whenAnswered(answer: Answered): void {
    this.#answer = answer;
    if (this.#result !== undefined) setImmediate(() => this.#tell());
  }

  get response(): ByteSource {
    return this.#source ?? endedSource;
  }

  cancel(): void {
    this.#end(errno.ECONNABORTED);
  }

  #begin(): ClientRequest {
    const request = this.#make();
    request.on("response", (response) => this.#answered(response));
    request.on("error", (error) => this.#broken(error));
    return request;
  }

  #sink(): BodySink {
    const request = this.#request;
    return new BodySink(request, {
      bodyBytes: this.#options.bodyBytes,
      broken: () => this.#end(errno.EIO),
      ended: () => request.end(),
    });
  }

  #answered(response: IncomingMessage): void {
    const fields = endToEnd(this.#options.names, response.rawHeaders);
    this.#source = new BodySource(response, {
      bytesMax: Infinity,
      closed: () => this.cancel(),
    });
    response.once("close", () => clearTimeout(this.#deadline));
    this.#result = { status: response.statusCode ?? 0, fields };
    setImmediate(() => this.#tell());
  }

  /** A server may close an idle connection in the very moment in which we use it again. */
  #broken(error: Error): void {
    const { isRepeatable } = this.#options;
    const isStale = this.#request.reusedSocket && closedCodes.has(codeOf(error));
    if (isStale && isRepeatable && !this.#isRepeated && this.#failed === undefined) {
      this.#isRepeated = true;
      this.#request = this.#begin();
      this.#request.end();
      return;
    }
    this.#end(codeOf(error) === undefined ? errno.EIO : errnoOf(error));
  }

  #end(failed: Errno): void {
    clearTimeout(this.#deadline);
    this.#failed ??= failed;
    this.#source?.fail(this.#failed);
    this.#result ??= this.#failed;
    this.#request.destroy();
    setImmediate(() => this.#tell());
  }

  #tell(): void {
    const answer = this.#answer;
    if (answer === undefined || this.#result === undefined) return;
    this.#answer = undefined;
    answer(this.#result);
  }
}

/** How Node says that the other side had closed it. */
const closedCodes: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "EPIPE"]);

/** The body of what failed before there was one. */
const endedSource: ByteSource = {
  pull: (_bytesMax, answer: (result: SourceAnswer) => void) => {
    setImmediate(answer, errno.ECONNRESET);
  },
  close: () => undefined,
};
