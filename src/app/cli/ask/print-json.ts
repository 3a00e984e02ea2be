/** A list as one JSON document, with a line for each item. */
export function jsonList(items: readonly unknown[]): string {
  if (items.length === 0) return "[]\n";
  return `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]\n`;
}

/** One value, for a person to read as well. */
export function jsonValue(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
