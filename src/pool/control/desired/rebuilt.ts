import type { Plan } from "#pool/manifest/plan";
import type { DesiredApp } from "./desired-app.ts";
import { releasedIn } from "./holds.ts";

/** Processes whose image has other content under the name it had, or than what they serve by. */
export function rebuiltIn(before: DesiredApp, after: DesiredApp): ReadonlySet<string> {
  const changed = after.manifest.processes.filter(({ image }) => {
    const old = before.images[image];
    return old !== undefined && old !== after.images[image];
  });
  // Relative directories mean others from another base.
  const moved = before.base === after.base ? [] : after.manifest.processes.filter(hasRelativeFiles);
  const released = releasedIn(before, after);
  return new Set([...[...changed, ...moved].map(({ name }) => name), ...released]);
}

function hasRelativeFiles({ uses }: DesiredApp["manifest"]["processes"][number]): boolean {
  return uses.files.some((text) => !text.startsWith("/"));
}

/** Processes that a plan to `after` has serve otherwise, and leaves in their place. */
export function servedAnew(
  { processes, queueChanges }: Plan,
  after: DesiredApp["manifest"],
): ReadonlySet<string> {
  // How long a process may take follows from its queue.
  const consumers = queueChanges.length === 0 ? [] : after.processes.filter(consumes);
  return new Set([
    ...consumers.map(({ name }) => name),
    ...processes.flatMap((change) => {
      if (change.kind !== "changed" || change.effect === "restart") return [];
      const isOther = change.fields.some(
        ({ key, effect }) => effect === "renew" || key === "serve" || key === "consume",
      );
      return isOther ? [change.name] : [];
    }),
  ]);
}

function consumes({ consume }: DesiredApp["manifest"]["processes"][number]): boolean {
  return consume !== undefined;
}

/** Processes that a plan starts anew. */
export function restartedBy({ processes }: Plan): ReadonlySet<string> {
  return new Set(
    processes.flatMap((change) =>
      change.kind === "changed" && change.effect === "restart" ? [change.name] : [],
    ),
  );
}
