/**
 * Makes the programs that the tests run, as far as the machine has what they need: `node
 * tools/make-programs.ts`. Done before the tests, because compilers would take the processor away
 * from tests that watch the clock.
 */
import { obtain, programs, type Recipe } from "#test/programs";
import { formatSeconds } from "./command.ts";

/** A line on what was done; undefined if there was nothing to do. */
async function make(program: Recipe): Promise<string | undefined> {
  const startedAt = performance.now();
  const obtained = await obtain(program);
  if ("missing" in obtained) return undefined; // The toolchain has said so.
  const elapsedMs = performance.now() - startedAt;
  return elapsedMs < 1000 ? undefined : `made ${program.about} in ${formatSeconds(elapsedMs)}`;
}

for (const made of await Promise.allSettled(programs.map(make))) {
  if (made.status === "rejected") console.log(`not made: ${String(made.reason)}`);
  else if (made.value !== undefined) console.log(made.value);
}
