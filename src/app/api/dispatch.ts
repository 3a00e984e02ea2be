import type { RequestListener } from "node:http";
import { PlatformError } from "#core/sys";
import { findRoute, operations } from "#pool/api";
import { Allowance } from "./allowance.ts";
import type { Authorize } from "./authorize.ts";
import type { ApiBounds } from "./bounds.ts";
import { Followers } from "./followers.ts";
import { handlers, type Tools } from "./handlers.ts";
import type { ApiPorts } from "./ports.ts";
import { readBody } from "./read-body.ts";
import { AskerGone, RequestRefusal } from "./refusal.ts";
import { type Exchange, Responder } from "./respond.ts";

const hint = "GET /v1/openapi.json lists what there is";

/** From a request to its answer: who asks, what is asked, with what; then it is done. */
export class Dispatcher {
  readonly #tools: Tools;
  readonly #bodies: Allowance;
  readonly #responder: Responder;
  readonly #authorize: Authorize;

  constructor(ports: ApiPorts, authorize: Authorize, bounds: ApiBounds) {
    this.#tools = {
      management: ports.management,
      images: ports.images,
      crashes: ports.crashes,
      down: () => ports.down(),
      failed: (error) => ports.failed(error),
      followers: new Followers(ports.management, bounds),
      uploads: new Allowance("uploads", bounds.uploadsMax),
      bounds,
    };
    this.#bodies = new Allowance("bytes of requests", bounds.bodiesBytesMax);
    this.#responder = new Responder(
      new Allowance("bytes of answers", bounds.answersBytesMax),
      bounds,
    );
    this.#authorize = authorize;
  }

  readonly listener: RequestListener = (request, response) => {
    void this.#exchange({ request, response });
  };

  /** Ends the streams that would never end by themselves. */
  close(): void {
    this.#tools.followers.close();
  }

  async #exchange(exchange: Exchange): Promise<void> {
    try {
      await this.#answer(exchange);
    } catch (error) {
      this.#refuse(exchange, error);
    }
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    this.#authorize(request);
    const { name, parameters } = routeOf(request.method ?? "", request.url ?? "");
    const operation = operations[name];
    const limits = { bounds: this.#tools.bounds, bodies: this.#bodies };
    const body = await readBody(exchange, operation, limits);
    const reply = await handlers[name](this.#tools, { ...exchange, parameters, body });
    if (name === "down") response.once("close", () => this.#tools.down());
    await this.#responder.answer(exchange, operation.status, reply);
  }

  #refuse(exchange: Exchange, error: unknown): void {
    const { request, response } = exchange;
    const isGone = error instanceof AskerGone || request.socket.destroyed;
    const isOurs = !(error instanceof PlatformError) && !isGone;
    if (isOurs) this.#tools.failed(error);
    // Half an answer cannot be taken back: the connection says that it is not whole.
    if (isGone || response.headersSent) response.destroy();
    else this.#responder.refuse(exchange, isOurs ? daemonFailed() : (error as PlatformError));
  }
}

function routeOf(
  method: string,
  target: string,
): Extract<ReturnType<typeof findRoute>, { kind: "found" }> {
  const route = findRoute(method, target);
  switch (route.kind) {
    case "found":
      return route;
    case "wrong-method":
      throw new RequestRefusal(`${method} is not what can be done there`, {
        status: 405,
        hint: `there is ${route.allow.join(", ")}`,
        headers: { allow: route.allow.join(", ") },
      });
    case "wrong-parameter":
      throw new PlatformError(route.why, { code: "REQUEST_INVALID", hint });
    default:
      throw new RequestRefusal("there is nothing at this path", { status: 404, hint });
  }
}

function daemonFailed(): PlatformError {
  return new PlatformError("the daemon met a bug of its own while it did this", {
    code: "DAEMON_FAILED",
    hint: "see what the daemon printed; noos status says how things stand",
  });
}
