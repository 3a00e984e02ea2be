import type { Program } from "#core/machine";
import { noosHttp } from "./calls.ts";

/** Whether a program can make requests at all. */
export function makesRequests(program: Program): boolean {
  return program.importsFunction(noosHttp.module, "request");
}
