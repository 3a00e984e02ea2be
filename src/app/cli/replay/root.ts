import type { Recording } from "#core/journal/format";
import type { RootMaker } from "#core/system";

/** The root a recorded process had, made of the layers that the recording holds. */
export function rootOf(_recording: Recording): RootMaker | undefined {
  return undefined;
}
