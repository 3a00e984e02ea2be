import { checkSchema } from "./check-schema.ts";
import { type Operation, type OperationName, operations } from "./operations.ts";

/** The values of a request's path and query, by name. */
export type Parameters = Readonly<Record<string, string>>;

export type Route =
  | { readonly kind: "found"; readonly name: OperationName; readonly parameters: Parameters }
  | { readonly kind: "wrong-method"; readonly allow: readonly string[] }
  | { readonly kind: "wrong-parameter"; readonly why: string }
  | { readonly kind: "unknown" };

interface Row {
  readonly name: OperationName;
  readonly operation: Operation;
  readonly segments: readonly string[];
}

const rows: readonly Row[] = Object.entries<Operation>(operations).map(([name, operation]) => ({
  // The keys of a record are what its type says, as long as nobody adds others.
  name: name as OperationName,
  operation,
  segments: operation.path.split("/"),
}));

/** Which operation is asked for by a method and a target such as `/v1/processes?app=shop`. */
export function findRoute(method: string, target: string): Route {
  const [path, query] = splitOnce(target, "?");
  const given = path.split("/").map(decoded);
  const fitting = rows.filter((row) => fits(row, given));
  if (fitting.length === 0) return { kind: "unknown" };
  const row = fitting.find(({ operation }) => operation.method === method);
  if (row === undefined) {
    return { kind: "wrong-method", allow: fitting.map(({ operation }) => operation.method) };
  }
  return readParameters(row, given, query);
}

/** The target of a request: what `findRoute` finds its way back from. */
export function formatTarget(operation: Operation, parameters: Partial<Parameters>): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parameters[name] ?? ""),
  );
  const query = Object.keys(operation.query ?? {}).flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** `undefined` where the escapes make no text. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A name is never empty, so that no operation is about an app without one. */
function fits({ segments }: Row, given: readonly (string | undefined)[]): boolean {
  return (
    segments.length === given.length &&
    segments.every((segment, index) =>
      segment.startsWith("{") ? Boolean(given[index]) : segment === given[index],
    )
  );
}

function readParameters(
  { name, operation, segments }: Row,
  given: readonly (string | undefined)[],
  query: string,
): Route {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith("{")) parameters[segment.slice(1, -1)] = given[index] ?? "";
  }
  for (const part of query.split("&")) {
    const [key, value] = splitOnce(part.replaceAll("+", " "), "=").map(decoded);
    if (key === undefined || value === undefined) {
      return { kind: "wrong-parameter", why: "the query has an escape that makes no text" };
    }
    if (Object.hasOwn(operation.query ?? {}, key)) parameters[key] = value;
  }
  const why = wrongParameter(operation, parameters);
  return why === undefined ? { kind: "found", name, parameters } : { kind: "wrong-parameter", why };
}

function wrongParameter(operation: Operation, parameters: Parameters): string | undefined {
  for (const [name, schema] of Object.entries(operation.query ?? {})) {
    if (schema.isRequired === true && !parameters[name]) return `"${name}" is missing`;
  }
  for (const [name, schema] of Object.entries({ ...operation.query, ...operation.segments })) {
    if (parameters[name] === undefined) continue;
    const found = checkSchema(schema, parameters[name], {});
    if (found !== undefined) return `"${name}" is ${found.found}, expected ${found.expected}`;
  }
  return undefined;
}
