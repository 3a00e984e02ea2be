import { AutoRouter, error, json } from "itty-router";

interface Routed {
  readonly params: Readonly<Record<string, string>>;
  readonly query: object;
}

const router = AutoRouter();
router
  .get("/", () => "hello from itty-router")
  .get("/things/:id", ({ params, query }: Routed) => json({ ...params, ...query }))
  .post("/things", async (request: Request) => ({ got: await request.json() }))
  .get("/teapot", () => error(418, "short and stout"));

export default { fetch: router.fetch };
