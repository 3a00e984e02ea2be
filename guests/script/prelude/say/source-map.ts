/** A place in a source, counted from 1. */
export interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const fieldsMax = 5;

/** One line of the output: column, source, line and column there, four numbers for each place. */
type Row = readonly number[];

/** A source map, version 3, decoded when it is first asked. */
export class SourceMap {
  readonly #sources: readonly string[];
  readonly #rows: readonly Row[];

  /** Throws for a text that is no source map. */
  constructor(text: string) {
    const { sources, mappings } = JSON.parse(text) as { sources: string[]; mappings: string };
    this.#sources = sources;
    this.#rows = decode(mappings);
  }

  /** Where what stands at a line and a column, counted from 1, came from. */
  find(line: number, column: number): Place | undefined {
    const row = this.#rows[line - 1];
    if (row === undefined) return undefined;
    let found = -1;
    for (let at = 0; at < row.length && (row[at] as number) <= column - 1; at += 4) found = at;
    const [source, sourceLine, sourceColumn] = row.slice(found + 1, found + 4);
    const name = found < 0 ? undefined : this.#sources[source as number];
    if (name === undefined) return undefined;
    return { source: name, line: (sourceLine as number) + 1, column: (sourceColumn as number) + 1 };
  }
}

function decode(mappings: string): readonly Row[] {
  const valueOf = new Map(digits.split("").map((digit, value) => [digit, value]));
  const last = [0, 0, 0, 0, 0];
  return mappings.split(";").map((line) => {
    last[0] = 0;
    const row: number[] = [];
    for (const segment of line.split(",")) {
      const count = addUp(segment, valueOf, last);
      if (count >= 4) row.push(...last.slice(0, 4));
    }
    return row;
  });
}

/** Adds the numbers of a segment to the last ones; answers how many there are. */
function addUp(segment: string, valueOf: ReadonlyMap<string, number>, last: number[]): number {
  let field = 0;
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = valueOf.get(digit) ?? 0;
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    if (field >= fieldsMax) break;
    last[field] = (last[field] as number) + ((value & 1) === 0 ? value >> 1 : -(value >> 1));
    field += 1;
    value = 0;
    shift = 0;
  }
  return field;
}
