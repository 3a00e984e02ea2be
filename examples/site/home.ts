/** What `links` answers to GET /s/. */
interface Link {
  readonly code: string;
  readonly target: string;
}

async function greeting(): Promise<string> {
  const response = await fetch("http://greeting/greeting");
  return (await response.text()).trim();
}

async function links(): Promise<readonly Link[]> {
  const response = await fetch("http://links/s/");
  return (await response.json()) as readonly Link[];
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

function page(greeted: string, known: readonly Link[]): string {
  const items = known.map(({ code, target }) => {
    return `<li><a href="/s/${code}">/s/${code}</a> to ${escape(target)}</li>`;
  });
  const faces = ["you", "me", "noos"].map((name) => {
    return `<img src="/faces/${name}.png" alt="${name}">`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The noos site</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto }
  img { width: 4rem; image-rendering: pixelated; vertical-align: middle }
  code { background: #8882; padding: 0 .3em }
</style>
<h1>The noos site</h1>
<p>This page is TypeScript. It asked two others for what is below, by their names.</p>
<dl>
  <dt><a href="/greeting">/greeting</a>, a handler in C</dt>
  <dd>${escape(greeted)}</dd>
  <dt><a href="/s/">/s/</a>, short links in TypeScript: <code>curl -d URL …/s/</code></dt>
  <dd><ul>${items.join("") || "<li>none yet</li>"}</ul></dd>
  <dt><a href="/words?text=a+rose+is+a+rose">/words</a>, a script for CPython, by CGI</dt>
  <dd>counts words: <code>/words?text=…</code></dd>
  <dt><a href="/faces/you.png">/faces/NAME.png</a>, a server in Go</dt>
  <dd>${faces.join(" ")}</dd>
</dl>
</html>
`;
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/") return new Response("not here\n", { status: 404 });
    const html = page(...(await Promise.all([greeting(), links()])));
    return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
  },
};
