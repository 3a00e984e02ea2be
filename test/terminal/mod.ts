/**
 * A terminal that a test looks at afterwards.
 *
 * Knows: what a command may ask of a terminal, and what a test wants to know of it.
 * Must hold: what was written is kept as it was written.
 * Never imports: a command. Only tests import it.
 * Start reading here.
 */
import type { Terminal } from "#app/cli/command";

export interface ScriptedTerminal extends Terminal {
  /** All that was written to stdout so far, and to stderr. */
  readonly written: { out: string; err: string };
}

/** No terminal at all, unless `is` says so of a part of it. */
export function scriptedTerminal(is: Partial<Terminal> = {}): ScriptedTerminal {
  const written = { out: "", err: "" };
  return {
    written,
    out: (text) => void (written.out += String(text)),
    err: (text) => void (written.err += String(text)),
    hasReader: true,
    isTerminal: false,
    isErrTerminal: false,
    hasColours: false,
    size: undefined,
    ...is,
  };
}
