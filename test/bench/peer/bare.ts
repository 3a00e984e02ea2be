import { spawn } from "node:child_process";
import type { Peer } from "./peer.ts";

const program = `
const answer = (request, response) => {
  response.writeHead(200, { "content-type": "text/plain" });
  response.end("hello, world\\n");
};
const server = require("node:http").createServer(answer);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** A hello by bare `node:http`. `words` go before its command, as of `taskset`. */
export async function startBare(words: readonly string[] = []): Promise<Peer> {
  const [command, ...rest] = [...words, process.execPath, "-e", program];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (bytes) => resolve(Number(String(bytes))));
    child.once("error", reject);
  });
  return { port, child };
}
