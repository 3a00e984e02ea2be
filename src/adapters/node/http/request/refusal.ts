import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HeadRefusal } from "#core/http";

/** What a client reads of a request that no program answers. */
export function refusalBody({ status, why }: HeadRefusal): string {
  return `${status} ${STATUS_CODES[status] ?? "Refused"}: ${why}\n`;
}

/** What is said beside it; a client that is to come again is told when. */
export function refusalFields({ status }: HeadRefusal): readonly string[] {
  const fields = ["content-type", "text/plain; charset=utf-8"];
  if (status === 503) fields.push("retry-after", "1");
  if (status === 426) fields.push("sec-websocket-version", "13");
  return fields;
}

/** Answers on a connection on which there is no request to answer, and ends it. */
export function endWith(socket: Duplex, refusal: HeadRefusal): void {
  const body = refusalBody(refusal);
  const fields = [...refusalFields(refusal), "content-length", `${body.length}`];
  const lines = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Refused"}`];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  lines.push("connection: close", "", body);
  socket.on("error", () => socket.destroy());
  socket.end(lines.join("\r\n"), () => socket.destroy());
}
