import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { guestFile } from "#guests";
import { bundlePrelude } from "./bundle-prelude.ts";
import { makeRuntime } from "./make-runtime.ts";

/** Where it lies in what is published. */
const path = "app/script/script.wasm";

/** What a change of makes another runtime, as patterns from the top of the project. */
export const runtimeSources: readonly string[] = [
  "guests/built/script/*",
  "guests/script/prelude/**",
  "tools/link/*",
  "tools/script/*",
];

/** Those for headers and structured clones would know nothing of the prelude's own objects. */
const extensions = ["encoding", "crypto", "url"] as const;

/** The runtime, as a file of what is published. */
export async function runtimeFile(): Promise<{
  readonly path: string;
  readonly content: Uint8Array;
}> {
  const content = makeRuntime({
    engine: ofPackage("quickjs.wasm"),
    extensions: Object.fromEntries(extensions.map((name) => [name, ofPackage(`${name}.so`)])),
    driver: readFileSync(guestFile("script/driver")),
    prelude: await bundlePrelude(),
  });
  return { path, content };
}

function ofPackage(file: string): Uint8Array {
  return readFileSync(fileURLToPath(import.meta.resolve(`quickjs-wasi/${file}`)));
}
