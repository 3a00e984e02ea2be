/** Spawn to exit of a small program inside one kernel, against an OS process that does nothing. */
import { guestFile } from "#guests";
import { ratioFigure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { mustEnd, newSystem, read } from "./kernel.ts";
import { Spawner } from "./reference.ts";
import { compare, timeNs } from "#test/bench/statistics";

const asked = 0.2;
const ours = { count: 2000, warmUp: 4000 } as const;
const theirs = 200;

const spawner = new Spawner();
const system = newSystem();

/** One process after the other; a figure of nanoseconds for each. */
function startMany(file: string): (count: number) => Promise<number> {
  const program = system.load(read(file));
  return async (count) => {
    const ns = await timeNs(async () => {
      for (let index = 0; index < count; index++) await mustEnd(system.start(program));
    });
    return ns / count;
  };
}

const figures = [];
for (const name of ["nothing", "hello"] as const) {
  const start = startMany(guestFile(`basics/${name}`));
  await start(ours.warmUp);
  const comparison = await compare(
    { ours: () => start(ours.count), reference: () => spawner.timeNs(theirs) },
    11,
  );
  figures.push(ratioFigure(`start and end "${name}"`, comparison, { asked, of: "posix_spawn" }));
}
sendAnswer(figures);
