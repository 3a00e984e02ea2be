import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildScriptSource, type ImageSource } from "#app/cli/app-file";

/**
 * An image that is deployed in place of one that cannot be made: a script that answers each request
 * with the text that says why, and fails whatever else it is called for.
 */
export async function standInFor(name: string, why: string): Promise<ImageSource> {
  const folder = mkdtempSync(join(tmpdir(), "noos-dev-"));
  try {
    writeFileSync(join(folder, "stand-in.js"), sourceOf(why));
    return { ...(await buildScriptSource("stand-in.js", folder)), name };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sourceOf(why: string): string {
  return [
    `const why = ${JSON.stringify(why)};`,
    `const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };`,
    `const fail = () => { throw new Error(why); };`,
    `const fetch = () => new Response(why, { status: 500, headers });`,
    `export default { fetch, queue: fail, schedule: fail };`,
    "",
  ].join("\n");
}
