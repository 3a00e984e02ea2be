import { createReadStream } from "node:fs";
import { type Command, limitOptions, limitsFrom, type ParsedArguments } from "#app/cli/command";
import type { Report } from "#core/grade";
import {
  defaultLimits,
  formatLimit,
  type LimitName,
  limits,
  type Limits,
  PlatformError,
} from "#core/sys";

/** The limits that decide whether a program can be started at all. */
const limitsOfStart: readonly LimitName[] = ["memory", "table-elements", "module-size"];

/** The version of the JSON form; it changes when a name in it changes or goes. */
const jsonFormat = 1;

export const command: Command = {
  name: "check",
  summary: "Grade a program against what is supported, and say how to fix the rest",
  usage: "[--json] [--all] FILE",
  options: [
    { name: "json", meaning: "the whole report as JSON" },
    { name: "all", meaning: "list what is supported as well" },
    ...limitOptions.filter(({ limit }) => limitsOfStart.includes(limit)),
  ],
  examples: [
    { line: "noos check app.wasm", does: "What keeps app.wasm from running, and what to do." },
    { line: "noos check --json app.wasm", does: "The same for programs; status 1: does not run." },
  ],
  async run(parsed, terminal) {
    const file = fileFrom(parsed);
    const bytes = await readFile(file);
    const report = await gradeFile(file, bytes, limitsFrom(parsed));
    if (parsed.flags.has("json")) {
      const whole = { format: jsonFormat, file, sizeBytes: bytes.length, ...report };
      terminal.out(`${JSON.stringify(whole, undefined, 2)}\n`);
    } else {
      const { formatReport } = await import("#core/grade");
      terminal.out(formatReport(report, { name: file, all: parsed.flags.has("all") }));
    }
    return report.verdict === "unsupported" ? 1 : 0;
  },
};

function fileFrom({ positionals }: ParsedArguments): string {
  const [file] = positionals;
  if (file !== undefined && positionals.length === 1) return file;
  const found = file === undefined ? "no FILE is given" : `${positionals.length} files are given`;
  throw new PlatformError(`cannot check: ${found}, one is expected`, {
    code: "USAGE",
    hint: "noos check FILE",
  });
}

// Loaded at their use, so that the table of commands stays cheap to load.

async function gradeFile(file: string, bytes: Uint8Array, given: Partial<Limits>): Promise<Report> {
  const { gradeProgram, wasiP1Contracts } = await import("#core/grade");
  const { wasiP1Calls, wasiP1Modules } = await import("#core/personality/wasi-p1");
  const contracts = wasiP1Contracts({ modules: wasiP1Modules, calls: wasiP1Calls });
  try {
    return gradeProgram(bytes, { contracts, limits: { ...defaultLimits, ...given } });
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    const why = cause.message.replace(/^cannot read the module: /, "");
    const { code, hint } = cause;
    throw new PlatformError(`cannot check "${file}": ${why}`, { code, hint, cause });
  }
}

const wasmMagic = [0x00, 0x61, 0x73, 0x6d];

/**
 * All of a file, which may be a pipe. Reads no more than the largest module there can be, and not
 * to the end of what is no program.
 */
async function readFile(path: string): Promise<Uint8Array> {
  const bytesMax = limits["module-size"].max;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    // `end` is the last byte to read: one more than fits tells that there is more.
    const stream = createReadStream(path, { end: bytesMax, highWaterMark: 2 ** 20 });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (chunks.length === 1 && !wasmMagic.every((byte, at) => (chunk[at] ?? byte) === byte))
        break;
    }
  } catch (cause) {
    throw notReadable(path, cause as NodeJS.ErrnoException);
  }
  if (sizeBytes <= bytesMax) return Buffer.concat(chunks, sizeBytes);
  throw new PlatformError(
    `cannot check "${path}": it is larger than ${formatLimit("module-size", bytesMax)}`,
    { code: "IMAGE_TOO_LARGE", hint: "give the program alone, without debug sections" },
  );
}

function notReadable(path: string, cause: NodeJS.ErrnoException): PlatformError {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
    return new PlatformError(`cannot check "${path}": there is no such file`, {
      code: "FILE_NOT_FOUND",
      hint: "give the path of a .wasm file",
      cause,
    });
  }
  const isFolder = cause.code === "EISDIR";
  const why = isFolder ? "it is a folder" : `it cannot be read (${cause.code ?? cause.message})`;
  return new PlatformError(`cannot check "${path}": ${why}`, {
    code: "FILE_NOT_READABLE",
    hint: isFolder ? "give the path of a .wasm file in it" : "look at its permissions: ls -l",
    cause,
  });
}
