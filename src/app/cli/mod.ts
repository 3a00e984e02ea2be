/**
 * `noos`, the program: what `bin/noos` starts.
 *
 * Knows: how a command is found by its name, and what becomes of an error that nobody caught.
 * Must hold: nothing is loaded before it is needed, for the start of a program is measured from
 * here; what is wrong is said in a few lines and in the exit status, without a stack of ours.
 * Never imports: a command, other than by the table of commands and when it is named.
 * Start reading at `dispatch.ts`.
 */
import { dispatch } from "./dispatch.ts";
import { reportFailure } from "./failure.ts";
import { terminal } from "./terminal.ts";

/** As `exitStatus.defect`, for where not even that can be loaded. */
const defect = 127;

function fail(error: unknown): void {
  // A report that fails is no failure to report: that would never end.
  void reportFailure(error, terminal).then(
    (status) => process.exit(status),
    () => process.exit(defect),
  );
}

// Started by `nohup`: Node heeds each signal anew, and ignores what is listened to for nothing.
if (process.env["NOOS_HANGUP"] === "ignored") process.on("SIGHUP", () => undefined);

process.on("uncaughtException", fail);
process.once("beforeExit", () => fail(new Error("the command waits, and nothing will come")));

// Nothing is awaited here: bundled, what a command loads later imports this very file, and would
// wait for what waits for it. Leaving at once is a millisecond faster than Node's way out.
void dispatch(process.argv.slice(2), terminal).then((status) => process.exit(status));
