/**
 * Makes every program there is a recipe for, before tests want them: `node test/programs/make.ts`.
 * Compilers would otherwise take the processor away from tests that watch the clock.
 */
import { obtain, programs } from "#test/programs";

const made = programs.map(async (program) => {
  const startedAt = performance.now();
  try {
    const obtained = await obtain(program);
    if ("missing" in obtained) return `${program.name}: not made (${obtained.missing})`;
  } catch (error) {
    return `${program.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return seconds < 1 ? undefined : `${program.name}: made in ${seconds.toFixed(1)} s`;
});
for (const line of await Promise.all(made)) {
  if (line !== undefined) process.stdout.write(`${line}\n`);
}
