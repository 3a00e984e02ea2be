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
    value: "FILE",
    meaning: "a file with the token that a daemon on TCP asks for (else it is in NOOS_TOKEN)",
  },
];

/** For whatever lists something. */
export const jsonOption: OptionRow = { name: "json", meaning: "as JSON, for programs" };
