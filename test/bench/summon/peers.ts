import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Something that answers on a port, in an OS process of its own. */
export interface Peer {
  readonly port: number;
  readonly child: ChildProcess;
}

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

/** workerd's answer to a script that is not there yet: a worker that is loaded for each request. */
const loader = `
const hello = 'export default { fetch() { return new Response("hello, world\\\\n"); } };';
const modules = { "hello.js": hello };
const code = { compatibilityDate: "2026-01-01", mainModule: "hello.js", modules };
let count = 0;
export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname === "/new" ? "new " + count++ : "warm";
    return env.LOADER.get(name, () => code).getEntrypoint().fetch(request);
  },
};
`;

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
 * workerd with a loader of workers: no part of the project, so it is fetched once into `cache`.
 * Throws where it cannot be had.
 */
export async function startWorkerd(cache: string): Promise<Peer> {
  // What the package's own command would start as a child.
  const find = (): string | undefined =>
    globSync("node_modules/@cloudflare/workerd-*/bin/workerd", { cwd: cache })[0];
  if (find() === undefined) {
    mkdirSync(cache, { recursive: true });
    const words = ["install", "--no-audit", "--no-fund", "--prefix", cache, "workerd@1"];
    execFileSync("npm", words, { stdio: "pipe", timeout: 120_000 });
  }
  const found = find();
  if (found === undefined)
    throw new Error("the package workerd brings no program for this machine");
  const port = await freePort();
  writeFileSync(join(cache, "main.js"), loader);
  writeFileSync(join(cache, "bench.capnp"), configuration(port));
  const child = spawn(join(cache, found), ["serve", "--experimental", join(cache, "bench.capnp")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { port, child };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
