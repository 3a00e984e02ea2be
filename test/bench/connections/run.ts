/**
 * What idle clients take of a front, each after its first request, and what a request takes of its
 * CPU time, against bare `node:http` in an OS process of its own. The clients are in this one.
 */
import { type ChildProcess, fork } from "node:child_process";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { ask } from "#test/bench/asking";
import { type Figure, summarize } from "#test/bench/statistics";

const asked = { kilobytes: 10, beyondUs: 3 } as const;
const connections = 10_000;
const requests = 30_000;
const rounds = 5;

const get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const upgrade = [
  "GET / HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");

/** What the server's OS process took so far, as `server.ts` tells it. */
interface Taken {
  readonly residentBytes: number;
  readonly cpuUs: number;
}

interface Side {
  readonly child: ChildProcess;
  readonly port: number;
}

/** The engine's young generation is held at its smallest, lest it look like a part of each. */
const flags = ["--expose-gc", "--min-semi-space-size=1", "--max-semi-space-size=1"];

async function start(kind: "front" | "bare", execArgv: readonly string[] = []): Promise<Side> {
  const module = join(import.meta.dirname, "server.ts");
  const child = fork(module, [kind], { execArgv: [...execArgv] });
  const port = await new Promise<number>((resolve) => {
    child.once("message", (message) => resolve(Number(message)));
  });
  return { child, port };
}

function taken({ child }: Side): Promise<Taken> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve(message as Taken));
    child.send("taken");
  });
}

/** Connects, asks once, and stays. */
function idle(port: number, words: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(words));
    socket.once("data", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Bytes of a server's memory for each of its idle clients. */
async function bytesEach(kind: "front" | "bare", words: string): Promise<number> {
  const side = await start(kind, flags);
  // What is made once, with the first clients, is not theirs.
  const sockets: Socket[] = [];
  const open = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 50) {
      const some = Array.from({ length: 50 }, () => idle(side.port, words));
      sockets.push(...(await Promise.all(some)));
    }
  };
  await open(500);
  const before = await taken(side);
  await open(connections);
  const after = await taken(side);
  for (const socket of sockets) socket.destroy();
  side.child.kill();
  return (after.residentBytes - before.residentBytes) / connections;
}

async function cpuEach(side: Side): Promise<number> {
  const before = await taken(side);
  await ask(side.port, get, { clients: 32, count: requests });
  const after = await taken(side);
  return (after.cpuUs - before.cpuUs) / requests;
}

const kilobytes = {
  keepAlive: [] as number[],
  bare: [] as number[],
  webSocket: [] as number[],
};
for (let round = 0; round < 3; round++) {
  kilobytes.keepAlive.push((await bytesEach("front", get)) / 1000);
  kilobytes.bare.push((await bytesEach("bare", get)) / 1000);
  kilobytes.webSocket.push((await bytesEach("front", upgrade)) / 1000);
}
const front = await start("front");
const bare = await start("bare");
const beyond: number[] = [];
const bareUs: number[] = [];
for (const side of [front, bare]) await ask(side.port, get, { clients: 32, count: requests });
for (let round = 0; round < rounds; round++) {
  const reference = await cpuEach(bare);
  bareUs.push(reference);
  beyond.push((await cpuEach(front)) - reference);
}
front.child.kill();
bare.child.kill();

const figures: readonly Figure[] = [
  {
    name: "an idle keep-alive connection",
    unit: "KB",
    asked: asked.kilobytes,
    note: `resident; bare node:http ${summarize(kilobytes.bare).median.toFixed(1)} KB`,
    ...summarize(kilobytes.keepAlive),
  },
  {
    name: "an idle WebSocket",
    unit: "KB",
    asked: asked.kilobytes,
    note: "resident",
    ...summarize(kilobytes.webSocket),
  },
  {
    name: "hello beyond bare node:http",
    unit: "µs",
    asked: asked.beyondUs,
    note: `CPU time a request; bare ${summarize(bareUs).median.toFixed(1)} µs`,
    ...summarize(beyond),
  },
];
if (process.send === undefined) console.log(figures);
else process.send(figures);
