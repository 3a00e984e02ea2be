import { PlatformError } from "#core/sys";

export function diskFull(): PlatformError {
  return new PlatformError("cannot write the simulated disk: it is full", {
    code: "STATE_NOT_WRITABLE",
    hint: "make room",
  });
}
