import { createServer } from "node:net";
import { fetchFor, place } from "./place.ts";
import { type PreparedApp, preparedApp } from "./prepared.ts";

const folder = "examples/shop";

/** Specs whose program is somebody else's, and the recipe that it is had by. */
const foreign: readonly (readonly [spec: string, recipe: string])[] = [
  ["till", "python"],
  ["menu", "lua"],
];

/** What the window listens on. */
const port = 7077;

/** Puts into the images what is not committed. `fetch`: what the machine lacks is got first. */
export async function prepareShop(options: { readonly fetch: boolean }): Promise<PreparedApp> {
  if (options.fetch) await fetchFor(foreign.map(([, recipe]) => recipe));
  const missing = new Map<string, string>();
  for (const [spec, recipe] of foreign) {
    const why = await place(recipe, `${folder}/${spec}`);
    if (why !== undefined) missing.set(spec, why);
  }
  if (!(await isFree(port))) missing.set("window", `port ${port} is taken`);
  return preparedApp(folder, missing);
}

/** Whether nobody listens at a port of this machine. */
export function isFree(candidate: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => settle(false));
  server.listen(candidate, "127.0.0.1", () => server.close(() => settle(true)));
  return promise;
}
