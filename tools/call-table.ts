/**
 * `node tools/call-table.ts`: writes the manual's page on WASI preview 1 anew from the call table.
 * A test says when that is needed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { callTablePage } from "#core/grade";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { projectFolder } from "./command.ts";

const page = join("docs", "manual", "wasi-p1.md");
writeFileSync(join(projectFolder, page), callTablePage(wasiP1Calls));
console.log(`written: ${page}`);
