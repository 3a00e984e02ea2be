/** A front, and a program behind it that writes down what it is asked. */
import type { TestContext } from "node:test";
import { type FrontBounds, HttpFront } from "#adapters/node/http";
import type { IncomingRequest, ResponseHead } from "#core/host/traffic";
import { bodyOf, bytesOf } from "./raw-client.ts";

export interface Server {
  readonly port: number;
  readonly front: HttpFront;
  /** What came: method, target and body. */
  readonly arrived: string[];
}

export async function serve(
  context: TestContext,
  bounds: Partial<FrontBounds> = {},
): Promise<Server> {
  const arrived: string[] = [];
  const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const front = await HttpFront.listen(at, {
    bounds,
    arrived: (request) => void answer(request, arrived),
  });
  context.after(() => front.close(0));
  const port = front.address.kind === "tcp" ? front.address.port : 0;
  return { port, front, arrived };
}

async function answer(request: IncomingRequest, arrived: string[]): Promise<void> {
  const { method, target } = request.head;
  const at = arrived.push(`${method} ${target}`) - 1;
  const given = answers[target.replace(/\?.*/, "")];
  if (given === undefined) {
    const body = await bodyOf(request.body);
    if (body !== "") arrived[at] += ` ${body}`;
    return request.respond(plain, bytesOf("fine"));
  }
  await given(request);
}

const plain: ResponseHead = { status: 200, fields: ["content-type", "text/plain"] };

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Targets that are answered in a way of their own. */
const answers: Readonly<Record<string, (request: IncomingRequest) => Promise<void> | void>> = {
  "/204": (request) => request.respond({ ...plain, status: 204 }, bytesOf("not to be sent")),
  "/304": (request) => request.respond({ ...plain, status: 304 }, bytesOf("not to be sent")),
  "/unread": (request) => request.respond(plain, bytesOf("unread")),
  "/late": async (request) => {
    await turns(20);
    request.respond(plain, bytesOf("late"));
  },
  "/stream": async (request) => {
    const sink = request.begin(plain);
    for (const piece of ["one ", "two ", "three"]) {
      await turns(5);
      await new Promise((resolve) => sink.push(bytesOf(piece), resolve));
    }
    sink.close();
  },
  "/fields": (request) => {
    const { fields } = request.head;
    const own = fields.filter((_, at) => (fields[at - (at % 2)] as string).startsWith("x-own"));
    request.respond(plain, bytesOf(JSON.stringify(own)));
  },
};
