/**
 * The commands of `noos`, by name.
 *
 * Knows: which commands there are; each one's file says what it takes and what it does.
 * Must hold: a command is loaded when it is named, and then only its table of options; what its
 * work needs comes with its `run`.
 * Never imports: what a command does, other than by loading the command.
 * Start reading at `run.ts`.
 */
import type { Command } from "#app/cli/command";

interface CommandRow {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** In the order of the help. */
export const commands: readonly CommandRow[] = [
  { name: "run", load: async () => (await import("./run.ts")).command },
  { name: "check", load: async () => (await import("./check.ts")).command },
  { name: "up", load: async () => (await import("./up.ts")).command },
  { name: "replay", load: async () => (await import("./replay.ts")).command },
];
