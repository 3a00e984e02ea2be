import type { Life, ProcessOrder, ServeOrder } from "#pool/host";
import type { Canary } from "#pool/renewal";
import {
  directoriesOf,
  limitNumbers,
  type Manifest,
  type ProcessSpec,
  type Serve,
  type Uses,
} from "#pool/manifest";
import { assert } from "#core/base";
import type { Given } from "#pool/control/family";
import type { KeptBuild } from "./holds.ts";

/** What an executor is told to start for one of a spec's processes. */
export function orderOf(
  { spec, image, base, config }: KeptBuild,
  instance: {
    readonly life: Life;
    readonly path: string;
    /** By the program that starts it, if one does. */
    readonly given?: Given | undefined;
    readonly parent?: Life | undefined;
    /** Of what serves: tells this build from others, and says how it takes over. */
    readonly revision: number;
    readonly canary?: Canary | undefined;
    /** How long the messages that it consumes may take; 0 of one that consumes none. */
    readonly leaseNs?: number;
    /** The value of a secret; throws where it has none. */
    readonly secret: (name: string) => string;
  },
): ProcessOrder {
  const { given, parent, revision, canary, leaseNs = 0 } = instance;
  const uses = given?.uses === undefined ? spec.uses : onlyThose(spec.uses, given.uses);
  assert(image !== "", "what is wanted has all its images");
  const texts = new Map(config.map(({ name, value }) => [name, value]));
  return {
    life: instance.life,
    path: instance.path,
    image,
    args: given?.args ?? spec.args,
    env: Object.fromEntries([
      ...uses.env.map(({ name, value }) => [name, value] as const),
      ...uses.config.map((name) => [name, texts.get(name) ?? ""] as const),
      ...uses.secrets.map((name) => [name, instance.secret(name)] as const),
      ...Object.entries(given?.env ?? {}),
    ]),
    limits: given?.limits ?? limitNumbers(spec.limits),
    directories: directoriesOf(uses, base),
    listen: uses.listen,
    connect: uses.connect,
    call: uses.call,
    ...(uses.unlisted === undefined ? {} : { unlisted: uses.unlisted }),
    ...(parent === undefined ? {} : { parent }),
    ...(spec.serve === undefined
      ? {}
      : { serve: serveOrderOf(spec.serve, { leaseNs, revision, canary }) }),
  };
}

/** How long the messages that a spec consumes may take; 0 of one that consumes none. */
export function leaseOf({ queues }: Manifest, { consume }: ProcessSpec): number {
  const queue = queues.find(({ name }) => name === consume?.queue);
  return queue === undefined ? 0 : queue.limits.lease * 1e6;
}

function serveOrderOf(
  serve: Serve,
  { leaseNs, ...build }: Pick<ServeOrder, "revision" | "canary"> & { readonly leaseNs: number },
): ServeOrder {
  const { instances, idleNs } = serve;
  // Builds before kept none.
  const { spread = { min: 1, max: 1 } } = serve as Partial<Serve>;
  return {
    routes: serve.routes,
    as: serve.as,
    spread,
    revision: build.revision,
    ...(build.canary === undefined ? {} : { canary: build.canary }),
    ...(serve.rehearsal === undefined ? {} : { isForgetful: true as const }),
    policy: {
      instancesMin: instances.min,
      instancesMax: instances.max,
      callsMax: numberOf(serve.calls),
      atOnceMax: numberOf(serve.atOnce),
      timeoutNs: timeoutOf(serve, leaseNs),
      waitingMax: serve.waiting,
      waitingNsMax: serve.waitNs,
      idleNsMin: idleNs.min,
      idleNsMax: idleNs.max,
      ...(serve.probe === undefined ? {} : { probe: serve.probe }),
      drainNs: serve.drainNs,
      trialNs: serve.trialNs,
    },
  };
}

/** A message has its lease; who is asked by others too gives them the time that they have. */
function timeoutOf({ routes, timeoutNs }: Serve, leaseNs: number): number {
  return leaseNs > 0 && routes.length === 0 ? leaseNs : Math.max(timeoutNs, leaseNs);
}

function numberOf(value: number | "unlimited"): number {
  return value === "unlimited" ? Infinity : value;
}

/** What of these uses a parent lets its child have. */
function onlyThose({ unlisted, ...uses }: Uses, names: ReadonlySet<string>): Uses {
  const has = (kind: string) => (text: string) => names.has(`${kind}:${text}`);
  return {
    ...uses,
    ...(unlisted !== undefined && has("unlisted")(unlisted) ? { unlisted } : {}),
    files: uses.files.filter(has("files")),
    connect: uses.connect.filter(has("connect")),
    env: uses.env.filter(({ name }) => has("env")(name)),
    config: uses.config.filter(has("config")),
    secrets: uses.secrets.filter(has("secrets")),
    call: uses.call.filter(has("call")),
  };
}
