import { marked } from "marked";

export default {
  async fetch(request: Request): Promise<Response> {
    const html = await marked.parse(await request.text());
    return new Response(html, { headers: { "content-type": "text/html" } });
  },
};
