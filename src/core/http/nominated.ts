/** What a connection names as its own must not take these away from who is asked, or told. */
const neverOfAHop: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "authorization",
  "cookie",
  "set-cookie",
  "date",
  "x-request-id",
]);

/**
 * Fields, whose names are in lower case, without those that `connection` says are of one connection
 * only: all that came by fields of that name, if any (RFC 9110, 7.6.1).
 */
export function withoutNominated(fields: string[], connection: string | undefined): string[] {
  const nominated = connection?.toLowerCase();
  if (nominated === undefined || nominated === "keep-alive" || nominated === "close") return fields;
  const dropped = new Set(nominated.split(",").map((name) => name.trim()));
  return fields.filter((_, at) => {
    const name = fields[at - (at % 2)] as string;
    return !dropped.has(name) || neverOfAHop.has(name);
  });
}

/** What several fields of one name say, as one. */
export function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}
