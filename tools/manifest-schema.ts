/**
 * `node tools/manifest-schema.ts`: writes the JSON Schema of `noos.yaml` anew from its table of
 * fields. A test says when that is needed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestSchema } from "#pool/manifest";
import { projectFolder } from "./command.ts";

const file = join("docs", "schema", "noos.schema.json");
mkdirSync(join(projectFolder, dirname(file)), { recursive: true });
writeFileSync(join(projectFolder, file), `${JSON.stringify(manifestSchema(), undefined, 2)}\n`);
console.log(`written: ${file}`);
