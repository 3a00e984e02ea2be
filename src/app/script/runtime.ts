import { existsSync, readFileSync } from "node:fs";
import { PlatformError } from "#core/sys";

/** Beside this folder's door where noos is installed; where it is developed, in what was built. */
const places: readonly string[] = ["./script.wasm", "../../../dist/app/script/script.wasm"];

let read: Uint8Array | undefined = undefined;

/** The program that runs scripts. Throws `RUNTIME_MISSING`. */
export function readRuntime(): Uint8Array {
  return (read ??= readFileSync(findRuntime(import.meta.resolve("#app/script"))));
}

/** By the address of this folder's door. Throws `RUNTIME_MISSING`. */
export function findRuntime(door: string): URL {
  const found = places.map((place) => new URL(place, door)).find((url) => existsSync(url));
  if (found !== undefined) return found;
  throw new PlatformError("cannot build scripts: the runtime they run in was not built", {
    code: "RUNTIME_MISSING",
    hint: "npm run build",
  });
}
