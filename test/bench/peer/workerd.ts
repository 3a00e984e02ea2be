import { execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { freePort, type Peer } from "./peer.ts";

/** What it runs, as one module, with a loader of further workers bound to `LOADER`. */
function configuration(port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "main.js", esModule = embed "main.js")],
    compatibilityDate = "2026-01-01",
    bindings = [(name = "LOADER", workerLoader = (id = "loader"))],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

/**
 * workerd with one worker, and a loader of more: no part of the project, so it is fetched once into
 * the cache. `words` go before its command, as of `taskset`. Throws where it cannot be had.
 */
export async function startWorkerd(worker: string, words: readonly string[] = []): Promise<Peer> {
  const cache = join(homedir(), ".cache", "noos", "bench-peers");
  // What the package's own command would start as a child.
  const find = (): string | undefined =>
    globSync("node_modules/@cloudflare/workerd-*/bin/workerd", { cwd: cache })[0];
  if (find() === undefined) {
    mkdirSync(cache, { recursive: true });
    const install = ["install", "--no-audit", "--no-fund", "--prefix", cache, "workerd@1"];
    execFileSync("npm", install, { stdio: "pipe", timeout: 120_000 });
  }
  const found = find();
  if (found === undefined)
    throw new Error("the package workerd brings no program for this machine");
  const port = await freePort();
  writeFileSync(join(cache, "main.js"), worker);
  writeFileSync(join(cache, "bench.capnp"), configuration(port));
  const config = join(cache, "bench.capnp");
  const [command, ...rest] = [...words, join(cache, found), "serve", "--experimental", config];
  const child = spawn(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
  await untilAnswering(port);
  return { port, child };
}

/** It does not say when it is ready. */
async function untilAnswering(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      return;
    } catch (cause) {
      if (tries === 50) throw new Error("workerd does not answer", { cause });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
