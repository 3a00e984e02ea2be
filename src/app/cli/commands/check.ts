import { type Command, limitOptions, limitsFrom, type ParsedArguments } from "#app/cli/command";
import type { ProgramFile } from "#app/program";
import type { Report } from "#core/grade";
import { defaultLimits, type LimitName, limits, type Limits, PlatformError } from "#core/sys";

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
    { line: "noos check app.tar", does: "The same for the program in an image." },
    { line: "noos check --json app.wasm", does: "The same for programs; status 1: does not run." },
  ],
  async run(parsed, terminal) {
    const file = fileFrom(parsed);
    const { program, nameInImage } = await read(file);
    const name = nameInImage === undefined ? file : `${file} (${nameInImage})`;
    const report = await gradeFile(name, program, limitsFrom(parsed, command.name));
    if (parsed.flags.has("json")) {
      const which = nameInImage === undefined ? {} : { program: nameInImage };
      const found = { file, ...which, sizeBytes: program.length };
      const whole = { format: jsonFormat, ...found, ...report };
      terminal.out(`${JSON.stringify(whole, undefined, 2)}\n`);
    } else {
      const { formatReport } = await import("#core/grade");
      terminal.out(formatReport(report, { name, all: parsed.flags.has("all") }));
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

/** What fits no limit at all is refused; what only does not fit the one that counts is graded. */
async function read(file: string): Promise<ProgramFile> {
  const { readProgram } = await import("#app/program");
  return readProgram(file, { deed: "check", moduleBytesMax: limits["module-size"].max });
}

async function gradeFile(name: string, bytes: Uint8Array, given: Partial<Limits>): Promise<Report> {
  const { gradeProgram, noosHttpContract, noosProcessContract, wasiP1Contracts } =
    await import("#core/grade");
  const { noosHttp } = await import("#core/personality/noos-http");
  const { noosProcess } = await import("#core/personality/noos-process");
  const { wasiP1Calls, wasiP1Modules } = await import("#core/personality/wasi-p1");
  const wasi = wasiP1Contracts({ modules: wasiP1Modules, calls: wasiP1Calls });
  const contracts = [...wasi, noosProcessContract(noosProcess), noosHttpContract(noosHttp)];
  try {
    return gradeProgram(bytes, { contracts, limits: { ...defaultLimits, ...given } });
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    const why = cause.message.replace(/^cannot read the module: /, "");
    const { code, hint } = cause;
    throw new PlatformError(`cannot check "${name}": ${why}`, { code, hint, cause });
  }
}
