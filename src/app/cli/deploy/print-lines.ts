import type { Terminal } from "#app/cli/command";
import { printable } from "#core/base";

/** Prints lines that a daemon made, so that no terminal obeys them. */
export function printLines(text: string, terminal: Terminal): void {
  const lines = text.trimEnd().split("\n");
  terminal.out(lines.map((line) => `${printable(line)}\n`).join(""));
}
