import { Hono } from "hono";
import { jwt, sign } from "hono/jwt";
import { streamText } from "hono/streaming";

const app = new Hono();
const secret = "a secret of some length";

app.get("/", (c) => c.text("hello from hono"));
app.get("/users/:id", (c) => c.json({ id: c.req.param("id"), q: c.req.query("q") }));
app.post("/echo", async (c) => c.json(await c.req.json()));
app.get("/html", (c) => c.html("<p>hi</p>"));
app.get("/token", async (c) => c.text(await sign({ sub: "me" }, secret)));
app.use("/private/*", jwt({ secret, alg: "HS256" }));
app.get("/private/me", (c) => c.json(c.get("jwtPayload" as never)));
app.get("/stream", (c) =>
  streamText(c, async (stream) => {
    for (const word of ["one ", "two ", "three"]) await stream.write(word);
  }),
);
app.onError((error, c) => c.text(`sorry: ${error.message}`, 500));
app.get("/fail", () => {
  throw new Error("as it should");
});

export default app;
