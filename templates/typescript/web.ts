interface Item {
  readonly id: number;
  readonly text: string;
}

/** As long as the process lives: it is gone when nobody has asked for a while. */
const items: Item[] = [];

async function add(request: Request): Promise<Response> {
  const item = { id: items.length + 1, text: await request.text() };
  items.push(item);
  return Response.json(item, { status: 201, headers: { location: `/items/${item.id}` } });
}

function show(path: string): Response {
  const item = items.find(({ id }) => path === `/items/${id}`);
  return item === undefined ? new Response("no such item\n", { status: 404 }) : Response.json(item);
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    console.log(request.method, pathname);
    if (pathname === "/") return new Response("hello from NAME\n");
    if (pathname !== "/items") return show(pathname);
    return request.method === "POST" ? add(request) : Response.json(items);
  },
};
