/**
 * What 8,000 processes blocked in a read cost one executor beyond their own memory. What is their
 * own is measured as well: the same memories, written in the same places, with no kernel and no
 * process around them; and so is the engine's part: the same program suspended in the same read,
 * with no kernel around it. Each has a fresh OS process, since none gives all memory back.
 */
import type { BlockedAnswer, BlockedKind } from "./blocked-round.ts";
import type { Figure } from "#test/bench/statistics";
import { askFreshProcess, sendAnswer } from "./fresh-process.ts";
import { summarize } from "#test/bench/statistics";

const asked = { kilobytes: 10, wakeSeconds: 1 } as const;
const rounds = 7;
const processes = 8000;

/**
 * The engine's young generation grows with what was allocated and is one for all, so it is held at
 * its smallest while memory is measured: else it would look like a part of each process. Times are
 * measured without that, since each collection looks at all stacks.
 */
const smallYoung = ["--min-semi-space-size=1", "--max-semi-space-size=1"];

async function measure(
  kind: BlockedKind,
  flags: readonly string[] = smallYoung,
): Promise<BlockedAnswer & { readonly kilobytes: number }> {
  const answer = await askFreshProcess<BlockedAnswer>("blocked-round.ts", {
    flags: ["--expose-gc", ...flags],
    args: [kind, String(processes)],
  });
  return { ...answer, kilobytes: answer.bytes / processes / 1000 };
}

const all: number[] = [];
const own: number[] = [];
const beyond: number[] = [];
const engine: number[] = [];
const wake: number[] = [];
const start: number[] = [];
for (let round = 0; round < rounds; round++) {
  const ours = await measure("processes");
  const memories = await measure("memories");
  const instances = await measure("instances");
  const timed = await measure("processes", []);
  all.push(ours.kilobytes);
  own.push(memories.kilobytes);
  beyond.push(ours.kilobytes - memories.kilobytes);
  engine.push(instances.kilobytes - memories.kilobytes);
  wake.push(timed.wakeMs / 1000);
  start.push(timed.startMs / 1000);
}
const [whole, memory] = [all, own].map((values) => summarize(values).median.toFixed(1));
const figures: readonly Figure[] = [
  {
    name: "each, beyond its own memory",
    unit: "KB",
    asked: asked.kilobytes,
    note: `${whole} KB in all, ${memory} KB of it its own memory`,
    ...summarize(beyond),
  },
  {
    name: "of that, what the engine takes",
    unit: "KB",
    asked: undefined,
    note: "a suspended instance, no kernel around it",
    ...summarize(engine),
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
