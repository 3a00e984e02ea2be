import type { Program } from "noos/guest";

/** A page that is not there yet is empty. */
const pages = new Map<string, string>();
const pagesMax = 1000;

const form = `<!doctype html>
<meta charset="utf-8">
<title>Markdown on noos</title>
<h1>Markdown on noos</h1>
<form method="post" action="/"><textarea name="text" rows="15" cols="70"># Hello</textarea>
<p><button>Render</button></form>
`;

function html(text: string, status = 200): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    // The texts are somebody's: nothing in them is run.
    "content-security-policy": "default-src 'none'; form-action 'self'",
  };
  return new Response(text, { status, headers });
}

/** The text of a form, or all there is. */
async function textIn(request: Request): Promise<string> {
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form");
  if (isForm !== true) return request.text();
  const text = (await request.formData()).get("text");
  return typeof text === "string" ? text : "";
}

/** Sends a text to the queue; the number of its message is the number of its page. */
async function take(request: Request): Promise<Response> {
  const kept = await fetch("http://drafts/", { method: "POST", body: await textIn(request) });
  const id = kept.headers.get("noos-message");
  if (id === null) return new Response("not now\n", { status: kept.status });
  // It may be rendered before this is answered.
  if (!pages.has(id)) pages.set(id, "");
  const [oldest] = pages.keys();
  if (pages.size > pagesMax && oldest !== undefined) pages.delete(oldest);
  return new Response(`/${id}\n`, { status: 303, headers: { location: `/${id}` } });
}

function show(id: string): Response {
  const page = pages.get(id);
  if (page === undefined) return html("<p>There is no such page.", 404);
  // Whoever is too early looks again a second later.
  return page === "" ? html(`<meta http-equiv="refresh" content="1"><p>In work.`, 202) : html(page);
}

export default {
  async fetch(request): Promise<Response> {
    const id = new URL(request.url).pathname.slice(1);
    if (request.method === "POST") return take(request);
    if (request.method !== "PUT") return id === "" ? html(form) : show(id);
    // Nobody but noos can say who calls.
    if (request.headers.get("noos-caller") !== "markdown/renderer") return html("no", 403);
    pages.set(id, await request.text());
    return new Response(null, { status: 204 });
  },
} satisfies Program;
