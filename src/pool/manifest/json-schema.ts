import type { JsonSchema } from "#pool/manifest/shape";
import { app, supervisor } from "./fields.ts";

/** The JSON Schema of `noos.yaml` for editors, from the table that reading goes by. */
export function manifestSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "noos app",
    description: "An app of noos: processes, what they may use, and who restarts with whom",
    ...app.schema(),
    $defs: { supervisor: supervisor.schema() },
  };
}
