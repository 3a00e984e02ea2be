import type { RequestHead } from "#core/host/traffic";

/** Where a program lies in the names of its site, and who asks. */
export interface CgiPlace {
  /** The part of the path that leads to the program: `/shop`, or empty. */
  readonly scriptName: string;
  readonly clientAddress: string;
  /** The version of what serves, as the program may say it further. */
  readonly software: string;
}

/** Fields that do not become `HTTP_…`: they have a variable of their own, or must have none. */
const withoutVariable: ReadonlySet<string> = new Set([
  "content-length",
  "content-type",
  // Libraries take HTTP_PROXY for the operator's proxy, which a client would choose so.
  "proxy",
  // What it is asked for is in the head by itself.
  "host",
]);

const plainName = /^[a-z0-9-]+$/;

/**
 * The environment of a request (RFC 3875, section 4.1), as `NAME=value`. A field whose name has
 * anything but letters, digits and hyphens is none of its variables, so that `x_user` cannot stand
 * for `x-user`. Expects that the path begins with `scriptName`.
 */
export function cgiEnvironment(head: RequestHead, place: CgiPlace): ReadonlyMap<string, string> {
  const { pathInfo, query } = splitTarget(head.target, place.scriptName);
  const { name, port } = splitAuthority(head);
  const variables = new Map<string, string>([
    ["GATEWAY_INTERFACE", "CGI/1.1"],
    ["SERVER_PROTOCOL", "HTTP/1.1"],
    ["SERVER_SOFTWARE", place.software],
    ["SERVER_NAME", name],
    ["SERVER_PORT", port],
    ["REQUEST_METHOD", head.method],
    ["REQUEST_SCHEME", head.scheme],
    ["REQUEST_URI", head.target],
    ["SCRIPT_NAME", place.scriptName],
    ["PATH_INFO", pathInfo],
    ["QUERY_STRING", query],
    ["REMOTE_ADDR", place.clientAddress],
    ["REMOTE_HOST", place.clientAddress],
  ]);
  if (head.scheme === "https") variables.set("HTTPS", "on");
  if (head.authority !== "") variables.set("HTTP_HOST", head.authority);
  addFields(variables, head);
  return variables;
}

function splitTarget(
  target: string,
  scriptName: string,
): { readonly pathInfo: string; readonly query: string } {
  const at = target.indexOf("?");
  const path = at < 0 ? target : target.slice(0, at);
  const info = path.startsWith(scriptName) ? path.slice(scriptName.length) : path;
  return { pathInfo: decoded(info), query: at < 0 ? "" : target.slice(at + 1) };
}

/** What would divide a path where it does not. */
const escapedSlash = /%(?:2f|5c)/i;

/**
 * A path that decodes to no text, to a NUL, which no variable can hold, or to more segments than it
 * has stays as it came.
 */
function decoded(path: string): string {
  if (escapedSlash.test(path)) return path;
  try {
    const text = decodeURIComponent(path);
    return text.includes("\0") ? path : text;
  } catch {
    // A malformed escape; the program may look at it in REQUEST_URI as well.
    return path;
  }
}

function splitAuthority(head: RequestHead): { readonly name: string; readonly port: string } {
  const usual = head.scheme === "https" ? "443" : "80";
  const [, name = "", port = ""] = /^(\[[^\]]*\]|[^:]*):?(\d*)$/.exec(head.authority) ?? [];
  return { name: name === "" ? "localhost" : name, port: port === "" ? usual : port };
}

function addFields(variables: Map<string, string>, { fields }: RequestHead): void {
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string;
    const value = fields[at + 1] as string;
    const own = ownVariables.get(name);
    if (own !== undefined) variables.set(own, value);
    if (withoutVariable.has(name) || !plainName.test(name)) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll("-", "_")}`;
    const before = variables.get(variable);
    variables.set(variable, before === undefined ? value : `${before}${joint(name)}${value}`);
  }
}

const ownVariables: ReadonlyMap<string, string> = new Map([
  ["content-length", "CONTENT_LENGTH"],
  ["content-type", "CONTENT_TYPE"],
]);

/** Of all fields that may come more than once, cookies alone are not joined by commas. */
function joint(name: string): string {
  return name === "cookie" ? "; " : ", ";
}
