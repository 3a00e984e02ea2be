import type { OptionRow } from "./command.ts";

/** Which daemon a command asks. */
export const connectionOptions: readonly OptionRow[] = [
  {
    name: "at",
    value: "ADDRESS",
    meaning: "the daemon's socket or URL (NOOS_AT, else the usual socket)",
  },
  {
    name: "token",
    value: "TOKEN",
    meaning: "what a daemon on TCP asks for (NOOS_TOKEN, which nobody else can read)",
  },
];

/** For whatever lists something. */
export const jsonOption: OptionRow = { name: "json", meaning: "as JSON, for programs" };
