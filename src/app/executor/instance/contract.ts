import { isHandler } from "#core/personality/noos-http";
import { PlatformError } from "#core/sys";
import { commandLane } from "./command-lane.ts";
import { handlerInstance } from "./handler.ts";
import type { InstanceMaker } from "./instance.ts";
import type { InstanceBuild } from "./process-run.ts";
import { serverInstance } from "./server.ts";

/**
 * How a program takes requests: by what it exports, or else as its manifest says. Throws
 * `ENTRY_MISSING` for one that has no way to.
 */
export function makerFor({ image, order }: InstanceBuild): InstanceMaker {
  // Whether a command accepts connections cannot be seen: CPython and Go import that always.
  const as = order.serve?.as ?? "cgi";
  if (isHandler(image.program)) {
    if (as === "tcp") throw noConnections(image.program.name);
    return handlerInstance;
  }
  if (!image.program.hasFunction("_start", "() -> ()")) throw noWay(image.program.name);
  return as === "cgi" ? commandLane : serverInstance;
}

function noWay(name: string): PlatformError {
  return new PlatformError(
    `"${name}" cannot serve: it exports no noos_handle, noos_event, _start`,
    {
      code: "ENTRY_MISSING",
      hint: "export one of the first two, as docs/manual/http.md says, or build a command",
    },
  );
}

function noConnections(name: string): PlatformError {
  return new PlatformError(
    `"${name}" takes requests, and no raw connections as by a tcp: route or as: tcp`,
    {
      code: "ENTRY_MISSING",
      hint: "leave the route out, or run a command that accepts connections",
    },
  );
}
