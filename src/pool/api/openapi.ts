import type { ErrorCode } from "#core/sys";
import { type AnswerBody, type Operation, operations, type RequestBody } from "./operations.ts";
import { schemas } from "./schemas.ts";
import { statusOf } from "./statuses.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Raised by one when a field changes its meaning, which is what `/v1` stands for. */
const protocolVersion = "1";

/** What any operation may be refused with. */
const commonErrors: readonly ErrorCode[] = [
  "REQUEST_INVALID",
  "NOT_ALLOWED",
  "DAEMON_BUSY",
  "DAEMON_FAILED",
];

/** The protocol as an OpenAPI 3.1 document, from the tables that requests are judged by. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const methods = (paths[operation.path] ??= {});
    methods[operation.method.toLowerCase()] = describe(name, operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "noos",
      summary: "What can be asked of a daemon of noos",
      description:
        "Over a Unix socket no token is asked for; over TCP each request carries one. What is " +
        "refused is refused with a problem document, whose `code` and `hint` are to be relied on.",
      version: protocolVersion,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, {}],
    paths,
    components: {
      schemas,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function describe(name: string, operation: Operation): JsonObject {
  const parameters = [...segmentsOf(operation), ...queryOf(operation)];
  const body = requestBody(operation.request);
  return {
    operationId: name,
    summary: operation.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      [operation.status]: { description: operation.summary, ...answerOf(operation.answer) },
      ...problemsOf(operation),
    },
  };
}

function segmentsOf({ path, segments }: Operation): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { ...(segments?.[name] ?? { type: "string" }) },
  }));
}

function queryOf({ query }: Operation): readonly JsonObject[] {
  return Object.entries(query ?? {}).map(([name, { isRequired, description, ...schema }]) => ({
    name,
    in: "query",
    required: isRequired === true,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function reference(schema: string): JsonObject {
  return { $ref: `#/components/schemas/${schema}` };
}

function requestBody(body: RequestBody): JsonObject | undefined {
  switch (body.kind) {
    case "none":
      return undefined;
    case "json":
      return { "application/json": { schema: reference(body.schema) } };
    default:
      return { "application/octet-stream": {} };
  }
}

function answerOf(answer: AnswerBody): JsonObject {
  switch (answer.kind) {
    case "none":
      return {};
    case "json":
      return content("application/json", reference(answer.schema));
    case "list":
      return content("application/json", { type: "array", items: reference(answer.of) });
    case "document":
      return content("application/json", { type: "object" });
    case "events":
      return content("text/event-stream", {
        type: "string",
        contentMediaType: "application/json",
        contentSchema: reference(answer.of),
      });
    case "text":
      return content(answer.type, { type: "string" });
    default:
      return { content: { [answer.type]: {} } };
  }
}

function content(type: string, schema: JsonObject): JsonObject {
  return { content: { [type]: { schema } } };
}

/** One row for each status, with the codes that come with it. */
function problemsOf({ method, errors }: Operation): JsonObject {
  const codes = [...errors, ...commonErrors];
  const statuses = [...new Set(codes.map((code) => statusOf[code]))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      `${status}`,
      {
        description: codes.filter((code) => statusOf[code] === status).join(", "),
        // An answer to HEAD has no body.
        ...(method === "HEAD" ? {} : content("application/problem+json", reference("ProblemView"))),
      },
    ]),
  );
}
