import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readOperands } from "#app/cli/ask";
import { type ParsedArguments, type Terminal, valueError } from "#app/cli/command";
import { nearest, printable } from "#core/base";
import { PlatformError } from "#core/sys";
import { isAppName } from "#pool/manifest";
import { filesOf, templateNames, templates } from "./templates.ts";

/** `noos new NAME`. */
export async function newApp(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [operand = ""] = readOperands(parsed, { command: "new", names: ["NAME"] });
  const template = readTemplate(parsed);
  const folder = resolve(operand);
  const name = basename(folder);
  if (!isAppName(name)) {
    throw new PlatformError(`cannot call an app "${name}"`, {
      code: "USAGE",
      hint: `give it a name of a-z, 0-9 and "-", with a letter first`,
    });
  }
  refuseOthers(folder, operand);
  const files = filesOf(template, name);
  for (const { path, text } of files) write(join(folder, path), text);
  const shown = printable(operand);
  const lines = [
    `${shown}: ${templates[template]?.about}`,
    ...files.map(({ path }) => `  ${path}`),
    "",
    "next:",
    `  cd ${shown}`,
    ...(templates[template]?.commands ?? []).map((command) => `  ${command}`),
    "  noos dev",
    "",
  ];
  terminal.out(lines.join("\n"));
  return 0;
}

function readTemplate({ flags }: ParsedArguments): string {
  const found = flags.get("template")?.at(-1) ?? "typescript";
  if (templateNames.includes(found)) return found;
  const near = nearest(found, templateNames);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  const expected = `there are ${templateNames.join(", ")}${meant}`;
  throw valueError({ option: "template", found, command: "new", expected, code: "USAGE" });
}

/** A slip of the fingers is to cost nobody a file. */
function refuseOthers(folder: string, operand: string): void {
  if (!existsSync(folder)) return;
  if (statSync(folder).isDirectory() && readdirSync(folder).length === 0) return;
  throw notWritable(operand, "it is there already, and not empty");
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    throw notWritable(path, (cause as Error).message, cause);
  }
}

function notWritable(path: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot make a new app in "${path}": ${why}`, {
    code: "FILE_NOT_WRITABLE",
    hint: "noos new NAME, where NAME is a new folder",
    cause,
  });
}
