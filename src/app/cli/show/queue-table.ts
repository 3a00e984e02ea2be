import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { QueuedMessage, QueueView } from "#pool/api/queued";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";
import { formatAge } from "./units.ts";

const columns: readonly Column[] = [
  { title: "QUEUE" },
  { title: "READY", isNumber: true },
  { title: "HELD", isNumber: true },
  { title: "LEASED", isNumber: true },
  { title: "DELAYED", isNumber: true },
  { title: "DEAD", isNumber: true },
  { title: "SIZE", isNumber: true },
  { title: "OLDEST", isNumber: true },
  { title: "CONSUMED BY" },
];

/** Queues, a line each. */
export function formatQueues(views: readonly QueueView[], screen: Screen): string {
  return formatTable(columns, views.map(rowOf), screen);
}

function rowOf(view: QueueView): readonly Cell[] {
  const { app, name, ready, held, leased, delayed, dead, sizeBytes, oldestNs } = view;
  return [
    printable(`${app}/${name}`),
    ...[ready, held, leased, delayed].map(String),
    dead === 0 ? "0" : { text: String(dead), tone: "bad" },
    formatBytes(sizeBytes),
    oldestNs === undefined ? "" : formatAge(oldestNs),
    consumersOf(view),
  ];
}

function consumersOf({ isWanted, consumers }: QueueView): Cell {
  if (!isWanted) return { text: "nobody: its app has it no more", tone: "warning" };
  return consumers.length === 0 ? "" : printable(consumers.join(", "));
}

/** One queue with all that is known of it. */
export function formatQueue(view: QueueView): string {
  const { app, name, ready, held, leased, delayed, dead, sizeBytes, oldestNs, bounds } = view;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ["queue", `${app}/${name}`],
    ["consumed by", plainText(consumersOf(view)) || "nobody"],
    ["ready", String(ready)],
    ["held by their key", String(held)],
    ["leased", String(leased)],
    ["delayed", String(delayed)],
    ["dead", String(dead)],
    ["size", formatBytes(sizeBytes)],
    ...(oldestNs === undefined ? [] : [["oldest waits", formatAge(oldestNs)] as const]),
    ...Object.entries(bounds),
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows
    .map(([title, value]) => `${printable(title).padEnd(width)}  ${printable(value)}\n`)
    .join("");
}

function plainText(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

/** Messages, each with its head on a line and its body below. */
export function formatMessages(messages: readonly QueuedMessage[]): string {
  return messages.map(formatMessage).join("\n");
}

function formatMessage(message: QueuedMessage): string {
  const { id, standing, key, attempts, sentAt, at, cause, fields, bodyBytes, body } = message;
  const about = [
    `message ${id}`,
    standing + (cause === undefined ? "" : `: ${cause}`),
    ...(at === undefined ? [] : [at]),
    ...(key === undefined ? [] : [`key ${key}`]),
    attempts === 1 ? "1 attempt" : `${attempts} attempts`,
    `sent ${sentAt}`,
    formatBytes(bodyBytes),
  ];
  const pairs = Array.from({ length: fields.length / 2 }, (_, index) => {
    const [name = "", value = ""] = fields.slice(index * 2, index * 2 + 2);
    return `  ${printable(name)}: ${printable(value)}\n`;
  });
  const lines = Buffer.from(body, "base64")
    .toString("utf8")
    .split("\n")
    .map((line) => `  ${printable(line)}\n`);
  return [`${printable(about.join("  "))}\n`, ...pairs, ...(bodyBytes === 0 ? [] : lines)].join("");
}
