// table: what programs ask for that is not there, and what to use in its place
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

/** What is imported from elsewhere than a file or a package, and what to do in its place. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /\.wasm$/i,
    "there is no WebAssembly in a script: make it a process of its own, and call it by its name",
  ],
  [
    /^https?:/i,
    "nothing is fetched for a build: install it with npm, or copy it beside the program",
  ],
  [/^(?:npm|jsr):/i, "install it with npm, and import it by its name alone"],
  [
    /^(?:bun$|(?:bun|cloudflare|deno|workerd|std|ext):)/i,
    "it is of another runtime; docs/manual/script.md says what there is in this one",
  ],
  [
    /\.(?:png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|pdf|zip|gz|mp[34]|webm)$/i,
    "bytes are imported from files whose names end with .bin; or grant a directory",
  ],
];

/**
 * What to use in place of what is not there by its name, unless a file or a package of one's own
 * bears it; `undefined` for all else.
 */
export function unavailableHint(specifier: string): string | undefined {
  const hint = foreign.find(([form]) => form.test(specifier))?.[1];
  return hint ?? (isOfNode(specifier) ? replacementOf(specifier) : undefined);
}

/** Whether a name, or a file that was found by it, is of no module here, nor of Node's. */
export function isForeign(name: string): boolean {
  return foreign.some(([form]) => form.test(name));
}

/** Modules that Node has under a plain name as well, which packages of npm may bear too. */
const plainNames: ReadonlySet<string> = new Set(Object.keys(replacements));

function isOfNode(specifier: string): boolean {
  return specifier.startsWith("node:") || plainNames.has(rootOf(specifier));
}

function replacementOf(specifier: string): string {
  const name = rootOf(specifier.replace(/^node:/, ""));
  return Object.hasOwn(replacements, name) ? (replacements[name] as string) : nothing;
}

function rootOf(specifier: string): string {
  return specifier.replace(/\/.*$/s, "");
}
