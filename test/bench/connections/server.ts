/**
 * The server's side of `connections`: a front, or bare `node:http` for reference, which tells what
 * it takes when it is asked.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpFront } from "#adapters/node/http";

const hello = Buffer.from("Hello, World!");
const type = ["content-type", "text/plain"];

async function listenAsFront(): Promise<number> {
  const front = await HttpFront.listen(
    { kind: "tcp", host: "127.0.0.1", port: 0 },
    {
      bounds: { connectionsPerAddressMax: 20_000, connectionsMax: 20_000, keepAliveMs: 600_000 },
      arrived: (request) => {
        if (request.isUpgrade) request.accept([]).receive(() => undefined);
        else request.respond({ status: 200, fields: type }, hello);
      },
    },
  );
  return front.address.kind === "tcp" ? front.address.port : 0;
}

async function listenBare(): Promise<number> {
  const server = createServer({ keepAliveTimeout: 600_000 }, (_request, response) => {
    response.writeHead(200, type);
    response.end("Hello, World!");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

process.on("message", () => {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ residentBytes: process.memoryUsage.rss(), cpuUs: user + system });
});
process.send?.(await (process.argv[2] === "front" ? listenAsFront() : listenBare()));
