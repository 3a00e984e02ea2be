import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import type { Peer } from "./peer.ts";

const reference = join(import.meta.dirname, "..", "reference");

/** Throws where there is no C compiler. */
export function buildInetd(folder: string): string {
  const program = join(folder, "inetd");
  const source = join(reference, "inetd.c");
  try {
    execFileSync("cc", ["-O2", "-static", "-o", program, source], { stdio: "pipe" });
  } catch (cause) {
    throw new Error("no C compiler for the reference (apt-get install gcc libc6-dev)", { cause });
  }
  return program;
}

/** An inetd that forks and executes itself for each connection, or answers by itself. */
export async function startInetd(program: string, isForking: boolean): Promise<Peer> {
  const child = spawn(program, ["0", ...(isForking ? [program] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (bytes) => resolve(Number(String(bytes))));
    child.once("error", reject);
  });
  return { port, child };
}
