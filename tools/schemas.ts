/**
 * `node tools/schemas.ts`: writes what is published in docs/schema anew from the tables it follows
 * from: the JSON Schema of `noos.yaml`, and the OpenAPI document of the management protocol. Tests
 * say when that is needed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "#pool/api";
import { manifestSchema } from "#pool/manifest";
import { projectFolder } from "./command.ts";

const folder = join("docs", "schema");
const documents = { "noos.schema.json": manifestSchema(), "openapi.json": openApiDocument() };

mkdirSync(join(projectFolder, folder), { recursive: true });
for (const [name, document] of Object.entries(documents)) {
  const file = join(folder, name);
  writeFileSync(join(projectFolder, file), `${JSON.stringify(document, undefined, 2)}\n`);
  console.log(`written: ${file}`);
}
