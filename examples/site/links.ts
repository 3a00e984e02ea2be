/** By their codes. As long as this process lives. */
const targets = new Map<string, string>();

/** The same link has the same code. */
async function codeOf(target: string): Promise<string> {
  const bytes = new TextEncoder().encode(target);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toBase64({ alphabet: "base64url" }).slice(0, 6);
}

async function add(request: Request): Promise<Response> {
  const target = (await request.text()).trim();
  if (!URL.canParse(target) || !/^https?:/.test(target)) {
    return new Response("that is no link\n", { status: 400 });
  }
  const code = await codeOf(target);
  targets.set(code, target);
  console.log(code, "leads to", target);
  return new Response(`/s/${code}\n`, { status: 201, headers: { location: `/s/${code}` } });
}

export default {
  async fetch(request: Request): Promise<Response> {
    const code = new URL(request.url).pathname.replace("/s/", "");
    if (request.method === "POST") return add(request);
    if (code === "")
      return Response.json(Array.from(targets, ([code, target]) => ({ code, target })));
    const target = targets.get(code);
    if (target === undefined) return new Response("no such link\n", { status: 404 });
    return Response.redirect(target, 302);
  },
};
