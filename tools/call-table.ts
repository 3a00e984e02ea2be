/**
 * `node tools/call-table.ts`: writes the manual's page on WASI preview 1 anew from the call table,
 * and the table in the page on noos:process. A test says when that is needed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callTable, callTablePage } from "#core/grade";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { projectFolder } from "./command.ts";

const manual = join("docs", "manual");

function write(page: string, text: string): void {
  writeFileSync(join(projectFolder, manual, page), text);
  console.log(`written: ${join(manual, page)}`);
}

/** The table is the only one that begins with a call. */
const table = /^\| call \|.*\n(?:\|.*\n)*/m;

const processPage = readFileSync(join(projectFolder, manual, "process.md"), "utf8");
write("wasi-p1.md", callTablePage(wasiP1Calls));
write("process.md", processPage.replace(table, `${callTable(noosProcess.calls)}\n`));
