/**
 * Programs that others wrote, to be run unmodified: how each is had, and what it must do.
 *
 * Knows: recipes (Lua, SQLite, Go, Rust, CPython), the folder where what they make is kept, and
 * the ways to run a guest: our kernel in this process, our command, and others to compare with.
 * Must hold: nothing is fetched here, that is the toolchain's; what cannot be had says why; a
 * module under its final name is whole.
 * Never imports: anything but the toolchain and the doors that a program is run through.
 * Start reading at `recipe.ts`, then `lua.ts` for one of them.
 */
import { go } from "./go.ts";
import { lua } from "./lua.ts";
import { makeAhead } from "./obtain.ts";
import { python } from "./python.ts";
import type { Recipe } from "./recipe.ts";
import { rust } from "./rust.ts";
import { sqlite } from "./sqlite.ts";

export { checkRun } from "./check-run.ts";
export { obtain } from "./obtain.ts";
export type { Recipe } from "./recipe.ts";
export { chooseRunner, type GuestOutcome, type GuestRunner, runWithGrants } from "./runner.ts";

/** Every program there is a recipe for. */
export const programs: readonly Recipe[] = [lua, sqlite, go, rust, python];

/** Makes all that can be made on this machine, at once, and says what took its time. */
export async function makePrograms(): Promise<readonly string[]> {
  const lines = await Promise.all(programs.map(makeAhead));
  return lines.filter((line) => line !== undefined);
}
