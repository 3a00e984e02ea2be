/**
 * The commands of `noos`, by name.
 *
 * Knows: which commands there are; each one's file says what it takes and what it does.
 * Must hold: a command is loaded when it is named, and then only its table of options; what its
 * work needs comes with its `run`.
 * Never imports: what a command does, other than by loading the command.
 * Start reading at `groups` here, then `run.ts`.
 */
import type { Command } from "#app/cli/command";

interface CommandRow {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** Commands that belong together, in the order of the help. */
interface Group {
  readonly title: string;
  readonly rows: readonly CommandRow[];
}

/** In the order of the help. */
const groups: readonly Group[] = [
  {
    title: "Run programs",
    rows: [
      { name: "run", load: async () => (await import("./run.ts")).command },
      { name: "build", load: async () => (await import("./deploy.ts")).build },
      { name: "check", load: async () => (await import("./check.ts")).command },
      { name: "replay", load: async () => (await import("./replay.ts")).command },
    ],
  },
  {
    title: "Deploy apps",
    rows: [
      { name: "new", load: async () => (await import("./deploy.ts")).newApp },
      { name: "up", load: async () => (await import("./up.ts")).command },
      { name: "dev", load: async () => (await import("./deploy.ts")).dev },
      { name: "deploy", load: async () => (await import("./deploy.ts")).deploy },
      { name: "plan", load: async () => (await import("./deploy.ts")).plan },
      { name: "rehearse", load: async () => (await import("./deploy.ts")).rehearse },
      { name: "secret", load: async () => (await import("./change.ts")).secret },
      { name: "scale", load: async () => (await import("./change.ts")).scale },
      { name: "rm", load: async () => (await import("./change.ts")).rm },
      { name: "down", load: async () => (await import("./change.ts")).down },
    ],
  },
  {
    title: "Look after apps",
    rows: [
      { name: "status", load: async () => (await import("./look.ts")).status },
      { name: "ps", load: async () => (await import("./look.ts")).ps },
      { name: "top", load: async () => (await import("./look.ts")).top },
      { name: "events", load: async () => (await import("./look.ts")).events },
      { name: "output", load: async () => (await import("./look.ts")).output },
      { name: "why", load: async () => (await import("./look.ts")).why },
      { name: "queue", load: async () => (await import("./queue.ts")).queue },
      { name: "crashes", load: async () => (await import("./look.ts")).crashes },
      { name: "end", load: async () => (await import("./change.ts")).end },
      { name: "restart", load: async () => (await import("./change.ts")).restart },
    ],
  },
  {
    title: "This shell",
    rows: [{ name: "completion", load: async () => (await import("./completion.ts")).completion }],
  },
];

export const commands: readonly CommandRow[] = groups.flatMap(({ rows }) => rows);

/** All commands in their groups, loaded. */
export function loadGroups(): Promise<
  readonly { readonly title: string; readonly commands: readonly Command[] }[]
> {
  return Promise.all(
    groups.map(async ({ title, rows }) => ({
      title,
      commands: await Promise.all(rows.map((row) => row.load())),
    })),
  );
}
