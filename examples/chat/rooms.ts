import type { Program } from "noos/guest";
import page from "./page.html";
import { Room } from "./room.ts";

/** By their names, as long as somebody is in them. */
const rooms = new Map<string, Room>();

function join(name: string, who: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  const room = rooms.get(name) ?? new Room();
  rooms.set(name, room);
  server.accept();
  room.join(server, who);
  server.addEventListener("message", ({ data }) => room.say(who, String(data)));
  server.addEventListener("close", () => {
    room.leave(server);
    if (room.isEmpty) rooms.delete(name);
  });
  return new Response(null, { status: 101, webSocket: client });
}

/** A name of a room or a person: what is left of a text that is one. */
function nameIn(text: string | null): string {
  return (text ?? "").replace(/[^\p{L}\p{N} _-]/gu, "").slice(0, 40) || "somebody";
}

export default {
  fetch(request): Response {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") {
      return join(nameIn(decodeURIComponent(pathname)), nameIn(searchParams.get("who")));
    }
    return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
  },
} satisfies Program;
