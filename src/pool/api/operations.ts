// table: one row per operation of the protocol
import type { ErrorCode } from "#core/sys";
import type { StringSchema } from "./json-schema.ts";
import type { SchemaName } from "./schemas.ts";

/** What an answer's body is. */
export type AnswerBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly schema: SchemaName }
  | { readonly kind: "list"; readonly of: SchemaName }
  | { readonly kind: "text"; readonly type: string }
  | { readonly kind: "bytes"; readonly type: string }
  | { readonly kind: "document" }
  /** Server-sent events; the data of each is of this schema. */
  | { readonly kind: "events"; readonly of: SchemaName };

/** What a request's body is. */
export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly schema: SchemaName }
  | { readonly kind: "bytes" }
  /** Any bytes of any type, as many as JSON may have: they are read before anything is done. */
  | { readonly kind: "content" };

export interface QueryParameter extends StringSchema {
  readonly isRequired?: boolean;
}

export interface Operation {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** `{name}` stands for one segment. */
  readonly path: string;
  readonly summary: string;
  /** Of the names in `path`, where they have a form of their own. */
  readonly segments?: Readonly<Record<string, StringSchema>>;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly request: RequestBody;
  readonly status: 200 | 202 | 204;
  readonly answer: AnswerBody;
  /** Of this one; any may answer `NOT_ALLOWED`, `REQUEST_INVALID` and `DAEMON_BUSY` too. */
  readonly errors: readonly ErrorCode[];
}

const nothing = { kind: "none" } as const;
const app = { type: "string", description: "of this app only" } as const;
const path = {
  type: "string",
  description: "a process or a supervisor: shop/front/api.2",
  isRequired: true,
} as const;
const digest = { digest: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" } } as const;
const standings = ["ready", "delayed", "leased", "dead"] as const;
const messageId = { type: "string", pattern: "^[0-9]{1,15}$" } as const;
const deployed = { kind: "json", schema: "DeployRequest" } as const;
const planErrors: readonly ErrorCode[] = ["MANIFEST_INVALID", "SPEC_INVALID", "REQUEST_TOO_LARGE"];

export type OperationName =
  | "status"
  | "plan"
  | "deploy"
  | "promote"
  | "remove"
  | "scale"
  | "processes"
  | "end"
  | "restart"
  | "output"
  | "why"
  | "rehearse"
  | "position"
  | "events"
  | "setSecret"
  | "secrets"
  | "removeSecret"
  | "signals"
  | "queues"
  | "messages"
  | "sendMessage"
  | "redrive"
  | "purge"
  | "replayMessages"
  | "crashes"
  | "crash"
  | "hasImage"
  | "putImage"
  | "down"
  | "openapi"
  | "metrics";

/** What can be asked. Routes, the check of requests and the document follow from it. */
export const operations: Readonly<Record<OperationName, Operation>> = {
  status: {
    method: "GET",
    path: "/v1/status",
    summary: "The daemon, its executors and its apps",
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "StatusView" },
    errors: [],
  },
  plan: {
    method: "POST",
    path: "/v1/plan",
    summary: "What a deploy would change; changes nothing, and needs no image uploaded",
    request: deployed,
    status: 200,
    answer: { kind: "json", schema: "PlanView" },
    errors: planErrors,
  },
  deploy: {
    method: "POST",
    path: "/v1/apps",
    summary: "Makes the app what the manifest says; its images were uploaded before",
    request: deployed,
    status: 200,
    answer: { kind: "json", schema: "DeployAnswer" },
    errors: [
      ...planErrors,
      "IMAGE_UNKNOWN",
      "LISTEN_FAILED",
      "ROUTE_TAKEN",
      "SECRET_UNSET",
      "STATE_NOT_WRITABLE",
    ],
  },
  promote: {
    method: "POST",
    path: "/v1/apps/{app}/promote",
    summary: "Gives all calls to new builds that have a part of them",
    request: nothing,
    status: 204,
    answer: nothing,
    errors: ["APP_UNKNOWN", "CANARY_UNKNOWN"],
  },
  remove: {
    method: "DELETE",
    path: "/v1/apps/{app}",
    summary: "Ends all of an app and forgets it",
    request: nothing,
    status: 204,
    answer: nothing,
    errors: ["APP_UNKNOWN", "STATE_NOT_WRITABLE"],
  },
  scale: {
    method: "PUT",
    path: "/v1/apps/{app}/specs/{spec}/count",
    summary: "How many of a spec are wanted, until a deploy says otherwise",
    request: { kind: "json", schema: "ScaleRequest" },
    status: 204,
    answer: nothing,
    errors: ["APP_UNKNOWN", "CHILD_UNKNOWN", "STATE_NOT_WRITABLE"],
  },
  processes: {
    method: "GET",
    path: "/v1/processes",
    summary: "The tree of one app or of all, parents before children",
    query: { app },
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "ProcessView" },
    errors: ["APP_UNKNOWN"],
  },
  end: {
    method: "POST",
    path: "/v1/end",
    summary: "Ends a process or a supervisor, which stays down until it is restarted",
    query: { path },
    request: nothing,
    status: 204,
    answer: nothing,
    errors: ["APP_UNKNOWN", "CHILD_UNKNOWN"],
  },
  restart: {
    method: "POST",
    path: "/v1/restart",
    summary: "Ends it if it runs, and starts it",
    query: { path },
    request: nothing,
    status: 204,
    answer: nothing,
    errors: ["APP_UNKNOWN", "CHILD_UNKNOWN"],
  },
  output: {
    method: "GET",
    path: "/v1/output",
    summary: "The last of what a process wrote, or what it wrote after so many bytes",
    query: {
      path,
      after: {
        type: "string",
        pattern: "^[0-9]{1,15}$",
        description: "a count of bytes to begin after: the endBytes of an answer",
      },
    },
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "OutputView" },
    errors: ["APP_UNKNOWN", "CHILD_UNKNOWN"],
  },
  why: {
    method: "GET",
    path: "/v1/why",
    summary: "What was decided lately about a process that serves, and why",
    query: { path },
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "WhyView" },
    errors: ["APP_UNKNOWN", "CHILD_UNKNOWN"],
  },
  rehearse: {
    method: "POST",
    path: "/v1/rehearse",
    summary: "Has another build answer requests of late, aside; says which answers differ",
    query: { path },
    request: { kind: "json", schema: "RehearsalRequest" },
    status: 200,
    answer: { kind: "json", schema: "RehearsalReport" },
    errors: [
      ...planErrors,
      "APP_UNKNOWN",
      "CHILD_UNKNOWN",
      "IMAGE_UNKNOWN",
      "SECRET_UNSET",
      "REHEARSAL_OFF",
      "REHEARSAL_CUT",
      "GRANT_INVALID",
      "IMAGE_MALFORMED",
      "WASM_MALFORMED",
      "WASM_UNSUPPORTED",
      "WASM_INVALID",
      "IMPORT_MISSING",
      "ENTRY_MISSING",
    ],
  },
  position: {
    method: "GET",
    path: "/v1/position",
    summary: "Of the newest event: what comes after it is what happens from now on",
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "PositionView" },
    errors: [],
  },
  events: {
    method: "GET",
    path: "/v1/events",
    summary: "What happens, as server-sent events; the id of each is its position",
    query: {
      after: {
        type: "string",
        description: "begin after this position, or with the `oldest` that is kept",
      },
      follow: {
        type: "string",
        enum: ["true", "false"],
        description: "false: end with the newest",
      },
    },
    request: nothing,
    status: 200,
    answer: { kind: "events", of: "EventView" },
    errors: ["POSITION_UNKNOWN"],
  },
  setSecret: {
    method: "PUT",
    path: "/v1/apps/{app}/secrets/{name}",
    summary: "Sets a secret, which is never answered",
    request: { kind: "json", schema: "SecretRequest" },
    status: 204,
    answer: nothing,
    errors: ["STATE_NOT_WRITABLE", "REQUEST_TOO_LARGE"],
  },
  secrets: {
    method: "GET",
    path: "/v1/secrets",
    summary: "The names of secrets and when they were set",
    query: { app },
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "SecretView" },
    errors: [],
  },
  removeSecret: {
    method: "DELETE",
    path: "/v1/apps/{app}/secrets/{name}",
    summary: "Forgets a secret",
    request: nothing,
    status: 204,
    answer: nothing,
    errors: ["SECRET_UNSET", "STATE_NOT_WRITABLE"],
  },
  signals: {
    method: "GET",
    path: "/v1/signals",
    summary: "What the processes of each spec used, those that are gone included",
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "SpecSignals" },
    errors: [],
  },
  queues: {
    method: "GET",
    path: "/v1/queues",
    summary: "Queues of one app or of all, and how many of their messages stand where",
    query: { app },
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "QueueView" },
    errors: ["STATE_NOT_WRITABLE"],
  },
  messages: {
    method: "GET",
    path: "/v1/queues/{app}/{queue}/messages",
    summary: "Looks at messages of one standing, in their order, and changes nothing",
    query: {
      standing: { type: "string", enum: standings, isRequired: true },
      from: { ...messageId, description: "from this id on" },
      most: { type: "string", pattern: "^[0-9]{1,3}$", description: "so many at most (10)" },
    },
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "QueuedMessage" },
    errors: ["QUEUE_UNKNOWN", "STATE_DAMAGED"],
  },
  sendMessage: {
    method: "POST",
    path: "/v1/queues/{app}/{queue}/messages",
    summary: "Sends the body as a message; answered when it is durable",
    query: {
      type: { type: "string", description: "its content-type" },
      key: { type: "string", description: "messages of one key are handled one by one, in order" },
      delay: { type: "string", description: "it is handled no sooner, as in 10s" },
    },
    request: { kind: "content" },
    status: 200,
    answer: { kind: "json", schema: "MessageId" },
    errors: ["QUEUE_UNKNOWN", "QUEUE_FULL", "MESSAGE_REFUSED", "STATE_NOT_WRITABLE"],
  },
  redrive: {
    method: "POST",
    path: "/v1/queues/{app}/{queue}/redrive",
    summary: "Has dead messages be ready again, all when none are named",
    request: { kind: "json", schema: "MessageIds" },
    status: 200,
    answer: { kind: "json", schema: "MessageCount" },
    errors: ["QUEUE_UNKNOWN", "STATE_NOT_WRITABLE"],
  },
  purge: {
    method: "POST",
    path: "/v1/queues/{app}/{queue}/purge",
    summary: "Removes messages of one standing or all; of a queue that no app has, the queue too",
    query: { standing: { type: "string", enum: [...standings, "all"], isRequired: true } },
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "MessageCount" },
    errors: ["QUEUE_UNKNOWN", "STATE_NOT_WRITABLE"],
  },
  replayMessages: {
    method: "POST",
    path: "/v1/queues/{app}/{queue}/replay",
    summary: "Sends messages again that are done with and still kept",
    query: {
      from: { ...messageId, isRequired: true, description: "from this id on" },
      to: { ...messageId, description: "up to this one, without itself" },
    },
    request: nothing,
    status: 200,
    answer: { kind: "json", schema: "MessageCount" },
    errors: [
      ...(["QUEUE_UNKNOWN", "QUEUE_FULL", "POSITION_UNKNOWN", "STATE_NOT_WRITABLE"] as const),
    ],
  },
  crashes: {
    method: "GET",
    path: "/v1/crashes",
    summary: "The recordings of processes that failed",
    request: nothing,
    status: 200,
    answer: { kind: "list", of: "CrashView" },
    errors: [],
  },
  crash: {
    method: "GET",
    path: "/v1/crashes/{id}",
    summary: "One recording, as noos replay takes it",
    segments: { id: { type: "string", pattern: "^[\\w-][\\w.-]{0,199}$" } },
    request: nothing,
    status: 200,
    answer: { kind: "bytes", type: "application/octet-stream" },
    errors: ["CRASH_UNKNOWN", "CRASH_UNREADABLE"],
  },
  hasImage: {
    method: "HEAD",
    path: "/v1/images/{digest}",
    summary: "Whether an image was uploaded: 200 or 404",
    segments: digest,
    request: nothing,
    status: 200,
    answer: nothing,
    errors: ["IMAGE_UNKNOWN"],
  },
  putImage: {
    method: "PUT",
    path: "/v1/images/{digest}",
    summary: "Uploads an image; its SHA-256 must be the digest",
    segments: digest,
    request: { kind: "bytes" },
    status: 204,
    answer: nothing,
    errors: ["IMAGE_MALFORMED", "IMAGE_TOO_LARGE", "STATE_NOT_WRITABLE"],
  },
  down: {
    method: "POST",
    path: "/v1/down",
    summary: "Ends the daemon and all it runs; what is wanted runs again with the next noos up",
    request: nothing,
    status: 202,
    answer: nothing,
    errors: [],
  },
  openapi: {
    method: "GET",
    path: "/v1/openapi.json",
    summary: "This document",
    request: nothing,
    status: 200,
    answer: { kind: "document" },
    errors: [],
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    summary: "The signals as Prometheus reads them",
    request: nothing,
    status: 200,
    answer: { kind: "text", type: "text/plain; version=0.0.4; charset=utf-8" },
    errors: [],
  },
};
