import {
  exitStatus,
  type ParsedArguments,
  statusOfError,
  statusOfExit,
  type Terminal,
  valueError,
} from "#app/cli/command";
import { onlyTail, type Recording, type TailRecording } from "#core/journal/format";
import { PlatformError } from "#core/sys";
import { openProgram, openRecording } from "./open.ts";
import { play, type Played, rehearse } from "./play.ts";
import {
  isFaithful,
  isSame,
  rehearsalJson,
  rehearsalLines,
  replayJson,
  replayLines,
  untilLines,
} from "./report.ts";
import { readTail, tailJson, tailLines } from "./tail.ts";

/** Does what `noos replay` was asked for, and answers its exit status. */
export async function replay(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [path, ...rest] = parsed.positionals;
  if (path === undefined || rest.length > 0) {
    const found = parsed.positionals.length;
    throw usage(`expected one recording, found ${found}`, "noos replay [--until N] FILE|CRASH");
  }
  const until = untilOf(parsed);
  const other = parsed.flags.get("with")?.at(-1);
  if (until !== undefined && other !== undefined) {
    const hint = "leave one of them out: calls of another build have other numbers";
    throw usage("--until and --with do not go together", hint);
  }
  const recording = await openRecording(path, parsed);
  const how = { terminal, isJson: parsed.flags.has("json") };
  if (recording.program === undefined) return tell(recording, { until, ...how });
  return other === undefined
    ? runAgain(recording, { until, ...how })
    : runOther(recording, { path: other, ...how });
}

/** There is nothing to run: shows the last that the recording holds, and says why it is all. */
function tell(
  recording: TailRecording,
  { until, isJson, terminal }: How & { readonly until: number | undefined },
): number {
  const why = onlyTail(recording);
  const tail = readTail(recording, until);
  if (!isJson) {
    terminal.err(`${tailLines(tail).join("\n")}\n`);
    throw why;
  }
  const status = statusOfError(why.code);
  terminal.err(`${tailJson(tail, { status, code: why.code })}\n`);
  return status;
}

interface How {
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

async function runAgain(
  recording: Recording,
  { until, isJson, terminal }: How & { readonly until: number | undefined },
): Promise<number> {
  const failures: Error[] = [];
  const played = await play({
    recording,
    until,
    // What went to a socket goes nowhere.
    output: (port, bytes) => {
      if (port === 2) terminal.err(bytes);
      if (port !== 1 || failures.length > 0) return;
      try {
        terminal.out(bytes);
      } catch (error) {
        // The program is not to learn of it: it did not when it was recorded.
        failures.push(error as Error);
      }
    },
  });
  const status = statusOf(played);
  const lines = isJson
    ? [replayJson(played, recording, status)]
    : [...replayLines(played), ...untilLines(until, played)];
  terminal.err(`${lines.join("\n")}\n`);
  const [failed] = failures;
  if (failed !== undefined) throw failed;
  return status;
}

function statusOf({ exit, result }: Played): number {
  if (!isFaithful(result)) return exitStatus.incomplete;
  return result.stoppedAt === undefined ? statusOfExit(exit.reason) : 0;
}

async function runOther(
  recording: Recording,
  { path, isJson, terminal }: How & { readonly path: string },
): Promise<number> {
  const rehearsed = await rehearse(recording, await openProgram(path));
  const status = isSame(rehearsed, recording) ? 0 : exitStatus.incomplete;
  const lines = isJson
    ? [rehearsalJson(rehearsed, recording, status)]
    : rehearsalLines(rehearsed, recording);
  terminal.out(`${lines.join("\n")}\n`);
  return status;
}

function untilOf(parsed: ParsedArguments): number | undefined {
  const text = parsed.flags.get("until")?.at(-1);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const expected = "expected the number of a call, from 1 up";
  throw valueError({ option: "until", found: text, expected, code: "USAGE", command: "replay" });
}

function usage(what: string, hint: string): PlatformError {
  return new PlatformError(`cannot replay: ${what}`, { code: "USAGE", hint });
}
