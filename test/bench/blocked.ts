/**
 * What 8,000 processes blocked in a read cost one executor beyond their own memory. What is their
 * own is measured as well: the same memories, written in the same places, with no kernel and no
 * process around them. Each round has two fresh OS processes, since none gives all memory back.
 */
import type { Figure } from "./figure.ts";
import { askFreshProcess, sendAnswer } from "./fresh-process.ts";
import type { BlockedAnswer } from "./blocked-round.ts";
import { summarize } from "./statistics.ts";

const asked = { kilobytes: 10, wakeSeconds: 1 } as const;
const rounds = 7;
const processes = 8000;

async function measure(kind: "processes" | "memories"): Promise<BlockedAnswer> {
  return askFreshProcess<BlockedAnswer>("blocked-round.ts", {
    flags: ["--expose-gc"],
    args: [kind, String(processes)],
  });
}

const beyond: number[] = [];
const all: number[] = [];
const own: number[] = [];
const wake: number[] = [];
const start: number[] = [];
for (let round = 0; round < rounds; round++) {
  const ours = await measure("processes");
  const memories = await measure("memories");
  all.push(ours.bytes / processes / 1000);
  own.push(memories.bytes / processes / 1000);
  beyond.push((ours.bytes - memories.bytes) / processes / 1000);
  wake.push(ours.wakeMs / 1000);
  start.push(ours.startMs / 1000);
}
const [whole, itsOwn] = [all, own].map((values) => summarize(values).median.toFixed(1));
const note = `all ${whole} KB less its own memory, ${itsOwn} KB`;
const figures: readonly Figure[] = [
  {
    name: "each, beyond its own memory",
    unit: "KB",
    asked: asked.kilobytes,
    note,
    ...summarize(beyond),
  },
  {
    name: "all woken, and answered",
    unit: "s",
    asked: asked.wakeSeconds,
    note: `${processes} processes`,
    ...summarize(wake),
  },
  { name: "all started, and blocked", unit: "s", asked: undefined, note: "", ...summarize(start) },
];
sendAnswer(figures);
