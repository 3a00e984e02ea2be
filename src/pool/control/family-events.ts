import type { ChildId } from "#core/host";
import type { Epoch } from "#core/supervise";
import { Errno, type ErrnoName } from "#core/sys";
import type { FamilyEvent } from "#pool/control/executors";
import type { ExecutorOrder } from "#pool/host";
import type { App } from "./app.ts";

/** Does what a program wants; answers what it is to be told of it, if anything. */
export function followFamily(
  { app, epoch }: { readonly app: App; readonly epoch: Epoch },
  event: FamilyEvent,
): ExecutorOrder | undefined {
  switch (event.kind) {
    case "spawn": {
      const { life } = event;
      const result = app.spawn(epoch, event.request);
      const answer = result instanceof Errno ? result.name : (result as number);
      return { kind: "spawned", life, answer: answer as ErrnoName | ChildId };
    }
    case "acknowledge":
      app.acknowledge(epoch, event.child);
      return undefined;
    case "end-child":
      app.endChild(epoch, event.child, event.graceNs);
      return undefined;
  }
}
