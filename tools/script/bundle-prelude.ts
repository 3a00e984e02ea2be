import { build } from "rolldown";
import { projectFolder } from "./places.ts";

/** The prelude as one expression, whose value is its function `begin`. */
export async function bundlePrelude(): Promise<string> {
  const { output } = await build({
    cwd: projectFolder,
    input: "guests/script/prelude/prelude.ts",
    platform: "neutral",
    tsconfig: false,
    treeshake: { moduleSideEffects: (id) => id.includes("/prelude/") },
    onLog: (level, log) => {
      throw new Error(`${level} of the bundler: ${log.message}`);
    },
    write: false,
    output: { format: "iife", name: "prelude", minify: false, comments: { legal: false } },
  });
  return `(() => {\n${output[0].code}\nreturn prelude.begin;\n})()`;
}
