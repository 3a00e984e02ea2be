import { makeProgram, type Program, type WantedProgram } from "#core/machine";
import { PlatformError } from "#core/sys";

/**
 * Makes a program that was not found among those that were kept. A decoder knows bytes and no
 * names: its errors are told here which file it was.
 */
export function makeNamedProgram(wanted: WantedProgram): Program {
  const { name } = wanted.options;
  try {
    return makeProgram(wanted);
  } catch (cause) {
    if (!(cause instanceof PlatformError) || cause.message.includes(`"${name}"`)) throw cause;
    const { code, hint } = cause;
    const why = cause.message.replace(/^cannot \w+ the module: /, "");
    throw new PlatformError(`cannot run "${name}": ${why}`, { code, hint, cause });
  }
}
