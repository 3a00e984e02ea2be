/**
 * Runs a module under Node's own WASI, to compare with: `node test/programs/node-wasi.ts
 * [--dir HOST::GUEST] [--env K=V] FILE [ARGS…]`. It is known to be wrong in places, and says itself
 * that it is no sandbox.
 */
import { readFile } from "node:fs/promises";

/** This file, to be run. */
export const nodeWasiScript: string = import.meta.filename;

async function main(rest: string[]): Promise<number> {
  // Loading it prints a warning, which whoever only wants the file's name need not see.
  const { WASI } = await import("node:wasi");
  const preopens: Record<string, string> = {};
  const env: Record<string, string> = {};
  while (rest[0]?.startsWith("--") === true) {
    const [option, value = ""] = rest.splice(0, 2);
    const [key = "", setting = ""] = value.split(option === "--dir" ? "::" : "=");
    if (option === "--dir") preopens[setting] = key;
    else env[key] = setting;
  }
  const [file = ""] = rest;
  const wasi = new WASI({ version: "preview1", args: rest, env, preopens, returnOnExit: true });
  const module = await WebAssembly.compile(await readFile(file));
  const imports = wasi.getImportObject() as WebAssembly.Imports;
  const instance = await WebAssembly.instantiate(module, imports);
  return Number(wasi.start(instance));
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
