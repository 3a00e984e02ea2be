/**
 * What a command of `noos` is, and how its command line is read.
 *
 * Knows: option tables and the parser, the help and the value readers that they drive; which
 * limit has which option; the exit statuses of the platform. Nothing of what commands do.
 * Must hold: loading this door is cheap, for every start of `noos` does it; whatever is wrong
 * with a command line is a `PlatformError` that names the option, what was found and what was
 * expected.
 * Never imports: anything but `#core/base` and `#core/sys`.
 * Start reading at `command.ts`, then `parse-arguments.ts`.
 */
export type {
  Command,
  Completed,
  LoadCommands,
  OptionRow,
  ParsedArguments,
  Terminal,
} from "./command.ts";
export { commandsPage } from "./commands-page.ts";
export { connectionOptions, jsonOption } from "./connection-options.ts";
export { exitStatus, statusOfError, statusOfExit } from "./exit-status.ts";
export { type CommandGroup, commandHelp, optionForm, overview } from "./help.ts";
export { limitOptions, limitsFrom } from "./limit-options.ts";
export { parseArguments } from "./parse-arguments.ts";
export { problemText } from "./problem-text.ts";
export { valueError } from "./values.ts";
export { packageVersion, versionLine } from "./version.ts";
