import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import {
  exitStatus,
  type ParsedArguments,
  statusOfExit,
  type Terminal,
  valueError,
} from "#app/cli/command";
import type { Recording } from "#core/journal/format";
import { describeExit, PlatformError } from "#core/sys";
import { openRecording, play, rehearse } from "./play.ts";
import { isFaithful, isSame, rehearsalReport, replayReport } from "./report.ts";

/** Does what `noos replay` was asked for, and answers its exit status. */
export async function replay(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [path, ...rest] = parsed.positionals;
  if (path === undefined || rest.length > 0) {
    throw new PlatformError(`cannot replay: expected one recording, found ${rest.length + 1}`, {
      code: "USAGE",
      hint: "noos replay [--until N] [--with OTHER.wasm] FILE",
    });
  }
  const recording = openRecording(await read(path));
  const other = parsed.flags.get("with")?.at(-1);
  const isJson = parsed.flags.has("json");
  return other === undefined
    ? runAgain(recording, { until: untilOf(parsed), isJson, terminal })
    : runOther(recording, { path: other, isJson, terminal });
}

async function runAgain(
  recording: Recording,
  how: {
    readonly until: number | undefined;
    readonly isJson: boolean;
    readonly terminal: Terminal;
  },
): Promise<number> {
  const { terminal } = how;
  const played = await play({
    recording,
    until: how.until,
    // Port 1 is stdout, 2 is stderr; what went to a socket goes nowhere.
    output: (port, bytes) => {
      if (port === 1) terminal.out(bytes);
      if (port === 2) terminal.err(bytes);
    },
  });
  const { result, exit } = played;
  const report = how.isJson
    ? JSON.stringify({ exit: describeExit(exit.reason), ...result })
    : replayReport(played, recording).join("\n");
  terminal.err(`${report}\n`);
  if (!isFaithful(result)) return exitStatus.recording;
  return result.wasStopped ? 0 : statusOfExit(exit.reason);
}

async function runOther(
  recording: Recording,
  how: { readonly path: string; readonly isJson: boolean; readonly terminal: Terminal },
): Promise<number> {
  const bytes = await read(how.path);
  const rehearsed = await rehearse(recording, { name: basename(how.path), bytes });
  const { exit, result } = rehearsed;
  const same = isSame(rehearsed);
  how.terminal.out(
    how.isJson
      ? `${JSON.stringify({ same, exit: describeExit(exit.reason), ...result })}\n`
      : `${rehearsalReport(rehearsed).join("\n")}\n`,
  );
  return same ? 0 : exitStatus.recording;
}

function untilOf(parsed: ParsedArguments): number | undefined {
  const text = parsed.flags.get("until")?.at(-1);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const expected = "expected the number of a call, from 1 up";
  throw valueError({ option: "until", found: text, expected, code: "USAGE" });
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as { readonly code?: string };
    throw new PlatformError(`cannot read "${path}": ${code ?? String(cause)}`, {
      code: code === "ENOENT" ? "FILE_NOT_FOUND" : "FILE_NOT_READABLE",
      hint: "check the path and that you may read the file",
      cause,
    });
  }
}
