import type { Program } from "noos/guest";
import { Hearing } from "./hearing.ts";
import page from "./page.html";
import { Rounds } from "./rounds.ts";

const rounds = new Rounds();
const hearing = new Hearing();

/** What can be asked for again from some byte on: which one it is can be told from it. */
const file = Array.from({ length: 10_000 }, (_, line) => `line ${line}\n`).join("");

const html: Readonly<Record<string, string>> = { "content-type": "text/html; charset=utf-8" };

/** Counts and adds up what comes, as it comes: none of it is kept. */
async function measure(request: Request): Promise<Response> {
  let bytes = 0;
  let sum = 0;
  let pieces = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength;
    for (const byte of piece) sum = (sum * 31 + byte) % 65_521;
    pieces += 1;
  }
  return Response.json({ bytes, sum, isInPieces: pieces > 1, method: request.method });
}

async function receiveForm(request: Request): Promise<Response> {
  const form = await request.formData();
  const sent = form.get("file");
  if (!(sent instanceof File)) return new Response("no file\n", { status: 400 });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await sent.arrayBuffer()));
  const remark = form.get("remark");
  if (typeof remark !== "string") return new Response("no remark\n", { status: 400 });
  const lines = [sent.name, sent.size, remark, digest.toHex()];
  return new Response(`<title>Received</title><pre>${lines.join("\n")}</pre>`, { headers: html });
}

function partOf(request: Request): Response {
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "") ?? [];
  const headers = { "accept-ranges": "bytes" };
  if (from === undefined) return new Response(file, { headers });
  const range = `bytes ${from}-${file.length - 1}/${file.length}`;
  return new Response(file.slice(Number(from)), {
    status: 206,
    headers: { ...headers, "content-range": range },
  });
}

function packed(request: Request): Response {
  if (!/\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) return new Response(file);
  const body = new Blob([file]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(body, { headers: { "content-encoding": "gzip" } });
}

function greet(): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send("hello");
  return new Response(null, { status: 101, webSocket: client });
}

type Answer = (request: Request, round: string) => Response | Promise<Response>;

const answers: Readonly<Record<string, Answer>> = {
  "/": () => new Response(page, { headers: html }),
  "/greeting": () => new Response("hello, world\n"),
  "/measure": measure,
  "/form": receiveForm,
  "/file": partOf,
  "/packed": packed,
  "/echo": (request) => new Response(request.body),
  "/unwanted": () => new Response("none of this\n", { status: 403 }),
  "/greeted": greet,
  "/pieces": (request, round) => rounds.open(round, request.signal, (piece) => `${piece}\n`),
  "/events": (request, round) => {
    const response = rounds.open(round, request.signal, (piece) => `data: ${piece}\n\n`);
    response.headers.set("content-type", "text/event-stream");
    return response;
  },
  "/hear": (request, round) => hearing.hear(round, request),
  "/heard": async (request, round) => hearing.heard(round, await request.text()),
  "/next": (_request, round) => rounds.next(round),
  "/left": (_request, round) => rounds.left(round),
};

export default {
  async fetch(request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const answer = answers[pathname];
    if (answer === undefined) return new Response("not here\n", { status: 404 });
    return await answer(request, searchParams.get("round") ?? "");
  },
} satisfies Program;
