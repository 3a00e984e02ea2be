/** A client of HTTP/2 that sends frames as they are given, and tells what comes of them. */
import { connect, type TLSSocket } from "node:tls";
import { errorCodes, flags, type Frame, frame, framesOf, preface, types } from "./h2-frames.ts";

/** Sent behind all else: where it comes back, the connection goes on. */
const probe = Buffer.from("a probe!");

/** So long an answer may come behind that of the probe. */
const graceMs = 150;

/** What came of the frames that were sent. */
export interface Outcome {
  readonly frames: readonly Frame[];
  readonly isOver: boolean;
}

export function connectH2(port: number): Promise<TLSSocket> {
  const options = { port, host: "127.0.0.1", ALPNProtocols: ["h2"], rejectUnauthorized: false };
  const socket = connect(options);
  socket.on("error", () => undefined);
  socket.setNoDelay(true);
  return new Promise((resolve) => socket.once("secureConnect", () => resolve(socket)));
}

/** The beginning that a client makes. */
export const opening: readonly Buffer[] = [preface, frame("settings", 0)];

/**
 * Sends frames behind an opening and waits until `isEnough`, until the connection is over, or the
 * answer to a probe and some time more.
 */
export async function speak(
  port: number,
  sent: readonly Buffer[],
  isEnough: (frames: readonly Frame[]) => boolean,
): Promise<Outcome> {
  const socket = await connectH2(port);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const frames: Frame[] = [];
  let rest = Buffer.alloc(0);
  let late: NodeJS.Timeout | undefined;
  socket.on("data", (bytes: Buffer) => {
    const read = framesOf(Buffer.concat([rest, bytes]));
    rest = Buffer.from(read.rest);
    frames.push(...read.frames);
    if (isEnough(frames)) return resolve(false);
    if (read.frames.some(isProbe)) late = setTimeout(() => resolve(false), graceMs);
  });
  socket.on("close", () => resolve(true));
  socket.write(Buffer.concat([...sent, frame("ping", 0, probe)]));
  const isOver = await promise;
  clearTimeout(late);
  socket.destroy();
  return { frames, isOver };
}

function isProbe({ type, flags: bits, payload }: Frame): boolean {
  return type === types.ping && bits === flags.ack && payload.equals(probe);
}

/** What came, in words. */
export function tell({ frames, isOver }: Outcome): string {
  const told = frames.flatMap((one) => wordOf(one) ?? []);
  return [...told, ...(isOver ? ["closed"] : [])].join(", ");
}

const nameOf = (code: number): string =>
  Object.entries(errorCodes).find(([, number]) => number === code)?.[0] ?? `error ${code}`;

function wordOf(one: Frame): string | undefined {
  const { type, stream, payload } = one;
  switch (type) {
    case types.headers:
      return `${statusOf(payload)} on ${stream}`;
    case types.data:
      return payload.length === 0 ? undefined : `${payload.length} bytes on ${stream}`;
    case types.reset:
      return `reset ${nameOf(payload.readUInt32BE(0))} of ${stream}`;
    case types.goAway:
      return `go away ${nameOf(payload.readUInt32BE(4))}`;
    case types.ping:
      return isProbe(one) ? "goes on" : `ping ${payload.toString("latin1")}`;
    default:
      return undefined;
  }
}

/** The first bytes of a head whose status HPACK has an index for. */
const statuses: Readonly<Record<number, string>> = {
  0x88: "200",
  0x89: "204",
  0x8c: "400",
  0x8d: "404",
  0x8e: "500",
};

/** Others are told as texts, by Node's engine without Huffman's code. */
function statusOf(payload: Buffer): string {
  const [first = 0, bytes] = payload;
  if (first === 0x48 && bytes === 3) return payload.toString("latin1", 2, 5);
  return statuses[first] ?? "head";
}
