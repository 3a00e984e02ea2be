import type { ResponseHead } from "#core/host/traffic";
import { isFieldValue, isToken } from "#core/http";

/** What the lines before an output's body say. */
interface Lines {
  status: number | undefined;
  location: string | undefined;
  readonly fields: string[];
}

/**
 * The head of a response from a program's header lines (RFC 3875, section 6), without the empty
 * one. Answers with what is wrong, if something is.
 */
export function parseCgiHead(text: string): ResponseHead | string {
  const lines: Lines = { status: undefined, location: undefined, fields: [] };
  for (const line of text.split(/\r?\n/)) {
    const problem = line === "" ? undefined : takeLine(lines, line);
    if (problem !== undefined) return problem;
  }
  const { status, location, fields } = lines;
  if (status === undefined && location === undefined && !fields.includes("content-type")) {
    return "its output has none of Content-Type, Location and Status";
  }
  if (location !== undefined) fields.push("location", location);
  return { status: status ?? (location === undefined ? 200 : 302), fields };
}

function takeLine(lines: Lines, line: string): string | undefined {
  // A program that writes a whole response of HTTP by itself ("NPH") is not supported.
  if (/^HTTP\/\d/.test(line)) return 'its output begins as HTTP does; write "Status: 200" instead';
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
  const value = line.slice(colon + 1).trim();
  if (!isToken(name) || !isFieldValue(value)) {
    return `a line of its output is no header: ${JSON.stringify(line.slice(0, 80))}`;
  }
  if (name === "status") return takeStatus(lines, value);
  if (name === "location") {
    if (lines.location !== undefined) return "its output has two Locations";
    lines.location = value;
    return undefined;
  }
  lines.fields.push(name, value);
  return undefined;
}

function takeStatus(lines: Lines, value: string): string | undefined {
  const [, digits] = /^(\d{3})(?: |$)/.exec(value) ?? [];
  const status = Number(digits);
  if (digits === undefined || status < 200 || status > 599) {
    return `its Status is none from 200 to 599: ${JSON.stringify(value.slice(0, 80))}`;
  }
  if (lines.status !== undefined) return "its output has two Statuses";
  lines.status = status;
  return undefined;
}
