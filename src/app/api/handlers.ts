import { assert } from "#core/base";
import { PlatformError } from "#core/sys";
import {
  type DeployRequest,
  openApiDocument,
  type OperationName,
  type Parameters,
  type RehearsalRequest,
} from "#pool/api";
import type { QueueStanding } from "#pool/api/queued";
import { prometheusText, prometheusType } from "#pool/signals";
import type { Allowance } from "./allowance.ts";
import type { ApiBounds } from "./bounds.ts";
import type { Followers, Following } from "./followers.ts";
import type { ApiPorts } from "./ports.ts";
import type { Exchange, Reply } from "./respond.ts";
import { refuseLargeImage, uploadedBytes } from "./upload.ts";

/** What an operation is done with. */
export interface Tools extends ApiPorts {
  readonly followers: Followers;
  readonly uploads: Allowance;
  readonly bounds: ApiBounds;
}

/** One request whose path, query and body are what its operation says. */
export interface Call extends Exchange {
  readonly parameters: Parameters;
  readonly body: unknown;
}

/** So many messages are shown where no number is said. */
const shownDefault = 10;

type Handler = (tools: Tools, call: Call) => Reply | Promise<Reply>;

const done: Reply = { kind: "none" };

function json(value: unknown): Reply {
  return { kind: "json", value };
}

/** How each operation is done. */
export const handlers: Readonly<Record<OperationName, Handler>> = {
  status: async ({ management }) => json(await management.status()),
  plan: ({ management }, call) => json(management.plan(deployOf(call))),
  deploy: ({ management }, call) => json(management.deploy(deployOf(call))),
  remove: ({ management }, { parameters }) => {
    management.remove(named(parameters, "app"));
    return done;
  },
  scale: ({ management }, { parameters, body }) => {
    const { count } = body as { readonly count: number };
    management.scale(named(parameters, "app"), named(parameters, "spec"), count);
    return done;
  },
  processes: async ({ management }, { parameters }) =>
    json(await management.processes(parameters["app"])),
  end: ({ management }, { parameters }) => {
    management.end(named(parameters, "path"));
    return done;
  },
  promote: ({ management }, { parameters }) => {
    management.promote(named(parameters, "app"));
    return done;
  },
  restart: ({ management }, { parameters }) => {
    management.restart(named(parameters, "path"));
    return done;
  },
  output: async ({ management }, { parameters }) =>
    json(await management.output(named(parameters, "path"), numberOf(parameters["after"]))),
  why: async ({ management }, { parameters }) =>
    json(await management.why(named(parameters, "path"))),
  rehearse: async ({ management }, { parameters, body }) =>
    json(await management.rehearse(named(parameters, "path"), body as RehearsalRequest)),
  position: ({ management }) => json({ position: management.position() }),
  events: ({ followers }, { request, response, parameters }) => {
    const given = request.headers["last-event-id"];
    followers.add(response, followingOf(parameters, typeof given === "string" ? given : undefined));
    return { kind: "taken" };
  },
  setSecret: ({ management }, { parameters, body }) => {
    const { value } = body as { readonly value: string };
    management.setSecret(named(parameters, "app"), named(parameters, "name"), value);
    return done;
  },
  secrets: ({ management }, { parameters }) => json(management.secrets(parameters["app"])),
  removeSecret: ({ management }, { parameters }) => {
    management.removeSecret(named(parameters, "app"), named(parameters, "name"));
    return done;
  },
  signals: async ({ management }) => json(await management.signals()),
  queues: async ({ management }, { parameters }) =>
    json(await management.queues(parameters["app"])),
  messages: async ({ management }, { parameters }) => {
    const { standing, from, most } = parameters;
    const range = {
      standing: standing as QueueStanding,
      ...(from === undefined ? {} : { from: Number(from) }),
      most: Number(most ?? shownDefault),
    };
    return json(await management.messages(...queueOf(parameters), range));
  },
  sendMessage: async ({ management }, { parameters, body }) => {
    const { type, key, delay } = parameters;
    const message = {
      body: body as Uint8Array,
      ...(type === undefined ? {} : { type }),
      ...(key === undefined ? {} : { key }),
      ...(delay === undefined ? {} : { delay }),
    };
    return json({ id: await management.sendMessage(...queueOf(parameters), message) });
  },
  redrive: async ({ management }, { parameters, body }) => {
    const { ids } = body as { readonly ids?: readonly number[] };
    return json({ count: await management.redrive(...queueOf(parameters), ids) });
  },
  purge: async ({ management }, { parameters }) => {
    const standing = named(parameters, "standing") as QueueStanding | "all";
    return json({ count: await management.purge(...queueOf(parameters), standing) });
  },
  replayMessages: async ({ management }, { parameters }) => {
    const { to } = parameters;
    const from = Number(named(parameters, "from"));
    const range = { from, ...(to === undefined ? {} : { to: Number(to) }) };
    return json({ count: await management.replayMessages(...queueOf(parameters), range) });
  },
  crashes: ({ management }) => json(management.crashes()),
  crash: async ({ crashes }, { parameters }) => {
    const id = named(parameters, "id");
    const file = await crashes.open(id);
    if (file !== undefined) return { kind: "bytes", type: "application/octet-stream", file };
    throw new PlatformError(`there is no recording of a crash called "${id}"`, {
      code: "CRASH_UNKNOWN",
      hint: "noos crashes lists those there are",
    });
  },
  hasImage: ({ images }, { parameters }) => {
    const digest = named(parameters, "digest");
    if (images.has(digest)) return done;
    throw new PlatformError(`the image ${digest} was not uploaded`, {
      code: "IMAGE_UNKNOWN",
      hint: "upload it with PUT to the same path",
    });
  },
  putImage,
  // Acted on when the answer is on its way: see the server.
  down: () => done,
  openapi: () => json(openApiDocument()),
  metrics: async ({ management }) => {
    const [status, signals] = await Promise.all([management.status(), management.signals()]);
    return { kind: "text", type: prometheusType, text: prometheusText(status, signals) };
  },
};

async function putImage(
  { images, uploads, bounds }: Tools,
  { request, response, parameters }: Call,
): Promise<Reply> {
  const digest = named(parameters, "digest");
  refuseLargeImage(request, bounds.imageBytesMax);
  uploads.take(1);
  try {
    if (request.headers.expect !== undefined) response.writeContinue();
    await images.put(digest, uploadedBytes(request, digest, bounds.imageBytesMax));
    return done;
  } finally {
    uploads.give(1);
  }
}

function followingOf(parameters: Parameters, lastId: string | undefined): Following {
  // Whoever comes back asks for the same target again, and says where it was.
  const position = lastId ?? parameters["after"];
  const isEndless = parameters["follow"] !== "false";
  if (position === undefined) return { after: "now", isEndless };
  return { after: position === "oldest" ? "oldest" : { position }, isEndless };
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function named(parameters: Parameters, name: string): string {
  const value = parameters[name];
  assert(value !== undefined, `the path or the query has "${name}"`);
  return value;
}

function queueOf(parameters: Parameters): readonly [app: string, queue: string] {
  return [named(parameters, "app"), named(parameters, "queue")];
}

/** The schema has been checked, and is held to the type. */
function deployOf({ body }: Call): DeployRequest {
  return body as DeployRequest;
}
