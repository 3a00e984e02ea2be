import type { Program } from "#core/machine";
import { noosProcess } from "./calls.ts";

/** Whether a program can start children, or be told anything at all. */
export function hasFamilyCalls({ description }: Program): boolean {
  return description.imports.some(({ module }) => module === noosProcess.module);
}

/**
 * Whether a program can learn that it is asked to end. To one that cannot, a notice would only be
 * a grace in which nothing happens.
 */
export function canBeAsked(program: Program): boolean {
  return program.importsFunction(noosProcess.module, "next_exit");
}
