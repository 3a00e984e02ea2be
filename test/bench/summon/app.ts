import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { guestFile } from "#guests";
import { fileOf } from "#tools/toolchain";

export const noos: string = resolve(import.meta.dirname, "..", "..", "..", "bin", "noos");

/** What prints an answer as CGI has it, for CPython. */
export const cgiScript = "print('content-type: text/plain\\n\\nhello, world')";

const script = `export default { fetch: () => new Response("hello, world\\n") };\n`;

/** Larger than a greeting: its top level makes what a router and its schemas would. */
const largerScript = `
const paths = Array.from({ length: 20 }, (_, at) => "/" + at);
const routes = new Map(paths.map((pathname) => [pathname, new URLPattern({ pathname })]));
export default { fetch: () => new Response("hello, " + (routes.size > 0 ? "world" : "") + "\\n") };
`;

/** Of each program, one that is there, and one that each request has to summon. */
function manifest(programs: readonly (readonly [name: string, spec: string])[]): string {
  const rows = programs.flatMap(([name, spec]) => {
    // A command is a process for each request in any case.
    if (name === "python") return [`  ${name}: { ${spec}, serve: [/${name}/new] }`];
    return [
      `  ${name}-warm: { ${spec}, serve: { routes: [/${name}/warm], instances: 1 } }`,
      `  ${name}: { ${spec}, serve: { routes: [/${name}/new], instances: 0..1, calls: 1 } }`,
    ];
  });
  return `app: summon\nprocesses:\n${rows.join("\n")}\n`;
}

/** Deploys what is summoned; answers the names of the programs that can be had. */
export function deploySummoned(folder: string, at: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  copyFileSync(guestFile("http/hello"), join(folder, "hello.wasm"));
  writeFileSync(join(folder, "web.ts"), script);
  writeFileSync(join(folder, "larger.ts"), largerScript);
  const programs: [string, string][] = [
    ["handler", "image: ./hello.wasm"],
    ["script", "source: ./web.ts"],
    ["larger", "source: ./larger.ts"],
  ];
  const python = fileOf("python");
  if (python !== undefined) {
    copyFileSync(python, join(folder, "python.wasm"));
    programs.push(["python", `image: ./python.wasm, args: ["-c", ${JSON.stringify(cgiScript)}]`]);
  }
  deploy(folder, at, manifest(programs));
  return programs.map(([name]) => name);
}

/** Deploys so many processes that are there and wait. */
export function deployOthers(folder: string, at: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(guestFile("basics/sleep"), join(folder, "sleep.wasm"));
  const spec = `image: ./sleep.wasm, args: ["1000000000"], count: ${count}`;
  deploy(folder, at, `app: others\nprocesses:\n  w: { ${spec} }\n`);
}

/** Deploys so many specs of one handler, none of which runs before a request to `/NUMBER`. */
export function deployMany(folder: string, at: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(guestFile("http/hello"), join(folder, "hello.wasm"));
  const row = (_: unknown, at: number): string =>
    `  p${at}: { image: ./hello.wasm, serve: [/${at}] }\n`;
  const rows = Array.from({ length: count }, row);
  deploy(folder, at, `app: many\nprocesses:\n${rows.join("")}`);
}

function deploy(folder: string, at: string, text: string): void {
  const file = join(folder, "noos.yaml");
  writeFileSync(file, text);
  execFileSync(noos, ["deploy", file, "--at", at], { stdio: "pipe" });
}
