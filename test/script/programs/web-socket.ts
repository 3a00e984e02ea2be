import type { Program } from "noos/guest";

export default {
  fetch(request): Response {
    if (request.headers.get("upgrade") !== "websocket") return new Response("no", { status: 426 });
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", ({ data }) => server.send(`you said ${String(data)}`));
    return new Response(null, { status: 101, webSocket: client });
  },
} satisfies Program;
