/**
 * The servers' side of `hop`: a front that answers itself, one that hands everything on, and the
 * other end of that. Each tells what it takes when it is asked.
 */
import { HttpFront } from "#adapters/node/http";
import { HopFront, Hops } from "#adapters/node/hop";
import type { IncomingRequest } from "#core/host/traffic";

const hello = Buffer.from("Hello, World!");
const type = ["content-type", "text/plain"];

const [, , kind, socket = ""] = process.argv;

function answer(request: IncomingRequest): void {
  request.respond({ status: 200, fields: type }, hello);
}

async function listenAsFront(arrived: (request: IncomingRequest) => void): Promise<number> {
  const front = await HttpFront.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, { arrived });
  return front.address.kind === "tcp" ? front.address.port : 0;
}

async function listen(): Promise<number> {
  if (kind === "direct") return await listenAsFront(answer);
  if (kind === "far") {
    await HopFront.listen(socket, { arrived: answer });
    return 0;
  }
  const hops = new Hops();
  return await listenAsFront((request) => {
    hops.forward(request, { socket, key: "shop/web" }, (why) => request.abandon(why));
  });
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(await listen());
