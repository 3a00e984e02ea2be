/**
 * `node tools/manual-pages.ts`: writes the manual's pages on commands and on WASI preview 1 anew
 * from their tables, and the tables in the pages on noos:process and noos:http. Tests say when that
 * is needed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsPage } from "#app/cli/command";
import { loadGroups } from "#app/cli/commands";
import { callTable, callTablePage } from "#core/grade";
import { noosHttp } from "#core/personality/noos-http";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { supportTable } from "#prelude/supports";
import { projectFolder } from "./command.ts";

const manual = join("docs", "manual");

function write(page: string, text: string): void {
  writeFileSync(join(projectFolder, manual, page), text);
  console.log(`written: ${join(manual, page)}`);
}

/** The table is the only one that begins with a call. */
const table = /^\| call \|.*\n(?:\|.*\n)*/m;

function withTable(page: string, calls: Parameters<typeof callTable>[0]): string {
  const text = readFileSync(join(projectFolder, manual, page), "utf8");
  return text.replace(table, `${callTable(calls)}\n`);
}

write("wasi-p1.md", callTablePage(wasiP1Calls));
write("process.md", withTable("process.md", noosProcess.calls));
write("http.md", withTable("http.md", noosHttp.calls));
const scriptPage = readFileSync(join(projectFolder, manual, "script.md"), "utf8");
write(
  "script.md",
  scriptPage.replace(/^\| member \|.*\n(?:\|.*\n)*/m, () => `${supportTable()}\n`),
);
write("commands.md", commandsPage(await loadGroups()));
