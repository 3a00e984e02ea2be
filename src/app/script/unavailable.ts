// table: one row per module of Node that programs ask for, and what to use in its place
/** What a program is to use in place of a module of Node's; the rest has no equivalent. */
const replacements: Readonly<Record<string, string>> = {
  assert: "throw an Error",
  async_hooks: "pass what belongs to a request as an argument",
  buffer: "use Uint8Array, TextEncoder and Uint8Array.fromBase64",
  child_process: "start a process of its own from the manifest, and call it by its name",
  cluster: "set `serve: { instances: … }` in the manifest",
  console: "use the global console",
  crypto: "use the global crypto",
  dns: "use fetch, which resolves names",
  events: "use EventTarget",
  fs: 'import the file: `import text from "./file.txt"`',
  http: "use fetch, and export a fetch handler",
  https: "use fetch, and export a fetch handler",
  net: "use fetch, or a WebSocketPair",
  os: "there is no operating system; what a program may know is in `env`",
  path: "use URL",
  perf_hooks: "use the global performance",
  process: "use `env`, the second parameter of each handler",
  querystring: "use URLSearchParams",
  stream: "use ReadableStream and its relatives",
  string_decoder: "use TextDecoder",
  timers: "use the global setTimeout",
  tls: "use fetch",
  url: "use the globals URL and URLSearchParams",
  util: "use structuredClone, TextEncoder and TextDecoder",
  worker_threads: "start a process of its own from the manifest, and call it by its name",
  zlib: "use CompressionStream and DecompressionStream",
};

const nothing = "there is nothing like it here; look for a package that needs no Node";

/** Modules that Node has under a plain name as well, which packages of npm may bear too. */
const plainNames: ReadonlySet<string> = new Set(Object.keys(replacements));

/** Whether it can only be a module of Node's. A package of the same name goes first elsewhere. */
export function isOfNode(specifier: string): boolean {
  return specifier.startsWith("node:") || plainNames.has(rootOf(specifier));
}

/** What to use in place of a module of Node's. */
export function replacementOf(specifier: string): string {
  const name = rootOf(specifier.replace(/^node:/, ""));
  return Object.hasOwn(replacements, name) ? (replacements[name] as string) : nothing;
}

function rootOf(specifier: string): string {
  return specifier.replace(/\/.*$/s, "");
}
