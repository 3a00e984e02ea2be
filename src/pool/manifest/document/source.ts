import { printable } from "#core/base";

/** Where something stands, as editors count: the first character of a file is at 1:1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A range of the text, in UTF-16 units, end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What of a long line is shown around a place. */
const shownMax = 100;

/** The text of a file with its name, and where its lines begin. */
export class Source {
  readonly name: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    this.#lineStarts = [0, ...text.matchAll(/\r\n|\n|\r/g).map((end) => end.index + end[0].length)];
  }

  /** Line and column of an offset; columns count characters, not UTF-16 units. */
  placeAt(offset: number): Place {
    const line = this.#lineAt(offset);
    let column = 1;
    for (let at = this.#lineStarts[line] ?? 0; at < offset; at++) {
      const isSecondHalf = (this.text.charCodeAt(at) & 0xfc00) === 0xdc00;
      if (!isSecondHalf) column += 1;
    }
    return { line: line + 1, column };
  }

  /** The line in which `span` begins, with carets below it: two lines of text. */
  excerpt({ start, end }: Span): readonly [line: string, carets: string] {
    const at = this.#lineAt(start);
    const lineStart = this.#lineStarts[at] ?? 0;
    const [line = ""] =
      /^[^\r\n]*/.exec(this.text.slice(lineStart, this.#lineStarts[at + 1])) ?? [];
    const from = Math.max(0, start - lineStart - shownMax / 2);
    const shown = line.slice(from, from + shownMax);
    const before = onScreen(shown.slice(0, start - lineStart - from));
    const marked = onScreen(shown.slice(start - lineStart - from, end - lineStart - from));
    const number = String(at + 1).padStart(5);
    const carets = "^".repeat(marked.length || 1);
    return [
      `${number} | ${onScreen(shown)}`.trimEnd(),
      `${" ".repeat(number.length)} | ${" ".repeat(before.length)}${carets}`,
    ];
  }

  /** The index of the line that holds `offset`. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** A tab takes one column, so that carets stand where they should. */
function onScreen(text: string): string {
  return printable(text.replaceAll("\t", " "));
}
