import { isEventful } from "#core/personality/noos-http";
import { type Instance, type InstanceMaker } from "./instance.ts";
import { ProcessRun } from "./process-run.ts";

/** A program that the kernel calls for requests: its process takes them by itself. */
export const handlerInstance: InstanceMaker = (build, ports, { inlet, over }) => {
  const instance: Instance = {
    get usage() {
      return run.usage;
    },
    takesOne: !isEventful(build.image.program),
    end: (who) => run.end(who),
  };
  const run = new ProcessRun(build, ports, {
    beside: { inlet },
    over: (_run, reason) => over(instance, reason),
  });
  return instance;
};
