/**
 * `noos dev`: from the moment a source is saved until a client is answered by the new build, and
 * until it is answered by a mistake. The client asks anew each few milliseconds, as a browser that
 * is reloaded would.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, summarize } from "#test/bench/statistics";

const rounds = 21;
const askedMs = 300;
const betweenAsksMs = 3;

/** Between two changes, so that nothing of the one before is still going on. */
const restMs = 300;

const noosProgram = resolve(import.meta.dirname, "..", "..", "..", "bin", "noos");
const folder = mkdtempSync(join(tmpdir(), "noos-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function save(answer: string): void {
  const source = `export default { fetch: () => new Response("${answer}") };\n`;
  writeFileSync(join(folder, "web.ts"), source);
}

/** Starts the command; answers where the app answers, and what ends it. */
async function develop(): Promise<{ readonly url: string; readonly end: () => void }> {
  writeFileSync(
    join(folder, "noos.yaml"),
    "app: a\nprocesses: { web: { source: ./web.ts, serve: / } }\n",
  );
  save("first");
  const child = spawn(noosProgram, ["dev", folder, "--http", "127.0.0.1:0"], {
    env: { ...process.env, NOOS_AT: "", NOOS_DATA: join(folder, "nobody") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  let said = "";
  const { promise, resolve: settle, reject } = Promise.withResolvers<string>();
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
    const [, url] = /answers at (http:\S+)/.exec(said) ?? [];
    if (url !== undefined) settle(url);
  });
  child.once("exit", (status) => reject(new Error(`noos dev ended with ${status}: ${said}`)));
  return { url: await promise, end: () => child.kill("SIGINT") };
}

function ask(url: string): Promise<string> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<string>();
  const outgoing = request(url, { agent: false }, (incoming) => {
    let text = "";
    incoming.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    incoming.on("end", () => settle(text));
  });
  outgoing.on("error", reject).end();
  return promise;
}

/** Milliseconds until an answer is as wanted. */
async function timeUntil(url: string, isWanted: (text: string) => boolean): Promise<number> {
  const startMs = performance.now();
  while (!isWanted(await ask(url))) await sleep(betweenAsksMs);
  return performance.now() - startMs;
}

async function measure(url: string): Promise<readonly Figure[]> {
  const changes: number[] = [];
  const mistakes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    save(`round ${round}`);
    changes.push(await timeUntil(url, (text) => text === `round ${round}`));
    await sleep(restMs);
    writeFileSync(join(folder, "web.ts"), `const round: number = ; // ${round}\n`);
    mistakes.push(await timeUntil(url, (text) => text.includes(`// ${round}\n`)));
    await sleep(restMs);
  }
  const about = { unit: "ms", note: "", asked: askedMs } as const;
  return [
    { name: "noos dev: a change saved, until it is served", ...about, ...summarize(changes) },
    { name: "… a mistake saved, until it is answered", ...about, ...summarize(mistakes) },
  ];
}

const { url, end } = await develop();
await ask(url);
const figures = await measure(url);
end();
process.send?.(figures);
