import { connect, type Socket } from "node:net";

/** An answer, and when it was there. */
export interface Answered {
  readonly ms: number;
  /** Phases as `server-timing` tells them, in milliseconds. */
  readonly phases: ReadonlyMap<string, number>;
}

/** Where requests go, and whether each has a connection of its own. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly isConnectedAnew: boolean;
}

/**
 * One request, from the moment it is sent: a connection of its own is made before, and counted, for
 * who forks for a connection has begun to do so by then.
 */
export class BenchClient {
  readonly #target: Target;
  #socket: Socket | undefined = undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  async ask(): Promise<Answered> {
    const { path, isConnectedAnew } = this.#target;
    const startMs = performance.now();
    const socket = (this.#socket ??= await this.#connect());
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    const head = await answerOf(socket);
    const ms = performance.now() - startMs;
    if (isConnectedAnew) this.close();
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`${path} was answered ${head}`);
    return { ms, phases: phasesOf(head) };
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#target.port, host: "127.0.0.1", noDelay: true });
      socket.once("connect", () => resolve(socket));
      socket.once("error", reject);
    });
  }
}

/** Until head and body are there; a body without a length ends with its last chunk. */
function answerOf(socket: Socket): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error(`the connection was closed after: ${text}`));
    const look = (bytes: Buffer): void => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0 || !isWhole(text, end)) return;
      socket.off("data", look).off("close", closed);
      resolve(text);
    };
    socket.on("data", look).once("close", closed);
  });
}

function isWhole(text: string, end: number): boolean {
  const head = text.slice(0, end).toLowerCase();
  const length = /content-length: (\d+)/.exec(head)?.[1];
  if (length === undefined) return text.endsWith("0\r\n\r\n");
  return text.length >= end + 4 + Number(length);
}

function phasesOf(answer: string): ReadonlyMap<string, number> {
  const line = /^server-timing: (.*)$/im.exec(answer)?.[1] ?? "";
  const parts = line.matchAll(/(\w+);dur=([\d.]+)/g);
  return new Map([...parts].map(([, name = "", ms]) => [name, Number(ms)]));
}
