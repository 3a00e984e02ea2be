/**
 * From a byte's arrival to its echo, beside processes that never stop computing. The bytes come
 * from another thread at times of their own, so that what a byte waits for a time slice to end and
 * for the event loop to look is in the figure.
 */
import { Worker } from "node:worker_threads";
import { guestFile } from "#guests";
import type { ByteSink } from "#core/host";
import { Feed } from "#core/stream";
import type { Figure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { newSystem, read } from "./kernel.ts";
import { quantile, summarize } from "#test/bench/statistics";

const askedMs = 20;
const spinners = 100;
const samples = 200;
const rounds = 7;

const system = newSystem();
const spin = system.load(read(guestFile("hostile/spin")));
for (let index = 0; index < spinners; index++) system.start(spin);

let arrived: () => void = () => undefined;
const stdout: ByteSink = {
  tryPush(bytes) {
    arrived();
    return bytes.length;
  },
  push(_bytes, answer) {
    answer(undefined);
  },
  close() {},
};
const feed = new Feed();
system.start(system.load(read(guestFile("basics/echo"))), { stdin: feed, stdout });

/** Sends the time at which it does, some milliseconds after it was told to. */
const sender = new Worker(
  `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (waitMs) => {
    setTimeout(() => parentPort.postMessage(process.hrtime.bigint()), waitMs);
  });
`,
  { eval: true },
);

/** Milliseconds from when the sender sent a byte to when its echo was there. */
function sample(waitMs: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  sender.once("message", (sentNs: bigint) => {
    arrived = () => resolve(Number(process.hrtime.bigint() - sentNs) / 1e6);
    feed.write("x");
  });
  sender.postMessage(waitMs);
  return promise;
}

const medians: number[] = [];
const p99s: number[] = [];
for (let round = 0; round < rounds; round++) {
  const delaysMs: number[] = [];
  // The waits are spread evenly, so that bytes come at every place of a time slice.
  for (let at = 0; at < samples; at++) delaysMs.push(await sample(1 + ((at * 7) % 100) / 10));
  medians.push(quantile(delaysMs, 0.5));
  p99s.push(quantile(delaysMs, 0.99));
}
const unit = "ms";
const note = `${spinners} processes spin; ${samples} bytes a round`;
const figures: readonly Figure[] = [
  { name: "99 of 100 echoes within", unit, asked: askedMs, note, ...summarize(p99s) },
  { name: "half of them within", unit, asked: undefined, note: "", ...summarize(medians) },
];
sendAnswer(figures);
process.disconnect?.();
process.exit();
