import { type KeptBuild, leaseOf, orderOf, type Secrets } from "#pool/control/desired";
import type { Life, ProcessOrder } from "#pool/host";
import type { Canary } from "#pool/renewal";
import type { App } from "./app.ts";
import type { Wish } from "./live-process.ts";

/** What an executor is told of a process of an app. Throws `SECRET_UNSET`. */
export function processOrder(
  app: App,
  { path, spec, parent }: Pick<Wish, "path" | "spec" | "parent">,
  {
    secrets,
    build = app.buildOf(spec.process),
    ...own
  }: {
    readonly life: Life;
    readonly canary?: Canary | undefined;
    /** What it is to run by, if not as is wanted. */
    readonly build?: KeptBuild;
    readonly secrets: Secrets;
  },
): ProcessOrder {
  return orderOf(build, {
    ...own,
    path,
    secret: (name) => secrets.get(app.name, name),
    revision: app.revision,
    leaseNs: leaseOf(app.desired.manifest, build.spec),
    given: spec.given,
    parent: parent?.life,
  });
}
