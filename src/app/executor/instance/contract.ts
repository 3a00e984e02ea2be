import { isHandler } from "#core/personality/noos-http";
import { commandLane } from "./command-lane.ts";
import { handlerInstance } from "./handler.ts";
import type { InstanceMaker } from "./instance.ts";
import type { InstanceBuild } from "./process-run.ts";
import { serverInstance } from "./server.ts";

/** How a program takes requests: by what it exports, or else as its manifest says. */
export function makerFor({ image, order }: InstanceBuild): InstanceMaker {
  // Whether a command accepts connections cannot be seen: CPython and Go import that always.
  if (isHandler(image.program)) return handlerInstance;
  return order.serve?.as === "server" ? serverInstance : commandLane;
}
