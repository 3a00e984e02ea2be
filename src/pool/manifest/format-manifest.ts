import { limits } from "#core/sys";
import { type QueueLimitName, queueLimits, type QueueLimits } from "#pool/queue/ledger";
import {
  exactDuration,
  exactLimit,
  exactQueueLimit,
  formatYaml,
  type YamlValue,
} from "#pool/manifest/spelling";
import {
  type Consume,
  type GiveUp,
  imageField,
  type Manifest,
  type NamedText,
  type ProcessSpec,
  type QueueSpec,
  type Serve,
  type SupervisorSpec,
  type TreeChild,
  type Uses,
} from "./manifest.ts";
import { manifestBounds } from "./bounds.ts";
import { plainTree, processLimitNames } from "./normalize.ts";
import { rootName } from "./root-name.ts";

/** The text that `parseManifest` reads as this manifest. What goes without saying is not said. */
export function formatManifest(manifest: Manifest): string {
  const { app, processes, tree, config, queues } = manifest;
  const isPlain = JSON.stringify(tree) === JSON.stringify(plainTree(processes));
  return formatYaml({
    app,
    ...(config.length === 0 ? {} : { config: textMap(config) }),
    ...(queues.length === 0 ? {} : { queues: queueMaps(queues) }),
    processes: Object.fromEntries(processes.map((process) => [process.name, processMap(process)])),
    ...(isPlain ? {} : { tree: supervisorMap(tree, rootName) }),
  });
}

function processMap(process: ProcessSpec): YamlValue {
  return {
    [imageField(process)]: process.image,
    ...(process.args.length === 0 ? {} : { args: process.args }),
    ...(process.count === 1 ? {} : { count: String(process.count) }),
    ...limitMap(process),
    ...restartMap(process),
    ...(process.graceNs === 5e9 ? {} : { grace: exactDuration(process.graceNs) }),
    ...usesMap(process.uses),
    ...(process.serve === undefined ? {} : { serve: serveMap(process.serve) }),
    ...(process.consume === undefined ? {} : { consume: consumeMap(process.consume) }),
    ...process.schedule,
  };
}

/** All of them in all their bounds, as `serveMap`. */
function queueMaps(queues: readonly QueueSpec[]): YamlValue {
  return Object.fromEntries(queues.map(({ name, limits }) => [name, queueMap(limits)]));
}

export function queueMap(bounds: QueueLimits): Readonly<Record<string, string>> {
  const names = Object.keys(queueLimits) as QueueLimitName[];
  return Object.fromEntries(names.map((name) => [name, exactQueueLimit(name, bounds[name])]));
}

function consumeMap(consume: Consume): Readonly<Record<string, string>> {
  const { queue, atOnce, batch, waitNs } = consume;
  const gathered = batch === 1 ? {} : { wait: exactDuration(waitNs) };
  return { queue, "at-once": String(atOnce), batch: String(batch), ...gathered };
}

/** All of it: what is left out for a default today may have another tomorrow. */
export function serveMap(serve: Serve): Readonly<Record<string, string | readonly string[]>> {
  const { instances, spread, idleNs } = serve;
  return {
    routes: serve.routes,
    as: serve.as,
    instances: `${instances.min}..${instances.max}`,
    spread: `${executorCount(spread.min)}..${executorCount(spread.max)}`,
    calls: String(serve.calls),
    "at-once": String(serve.atOnce),
    timeout: exactDuration(serve.timeoutNs),
    waiting: String(serve.waiting),
    wait: exactDuration(serve.waitNs),
    idle: `${exactDuration(idleNs.min)}..${exactDuration(idleNs.max)}`,
    ...(serve.probe === undefined ? {} : { probe: serve.probe }),
    drain: exactDuration(serve.drainNs),
    trial: exactDuration(serve.trialNs),
    ...(serve.rehearsal === undefined ? {} : { rehearsal: serve.rehearsal }),
  };
}

function limitMap(process: ProcessSpec): Readonly<Record<string, YamlValue>> {
  return Object.fromEntries(
    processLimitNames.flatMap((name) => {
      const value = process.limits[name];
      const isDefault =
        value === (limits[name].default === Infinity ? "unlimited" : limits[name].default);
      return isDefault ? [] : [[name, value === "unlimited" ? value : exactLimit(name, value)]];
    }),
  );
}

function restartMap(spec: {
  readonly restart: string;
  readonly giveUp?: GiveUp;
}): Readonly<Record<string, YamlValue>> {
  const { restart, giveUp } = spec;
  return {
    ...(restart === "always" ? {} : { restart }),
    ...(giveUp === undefined
      ? {}
      : { "give-up": `${giveUp.restarts} in ${exactDuration(giveUp.withinNs)}` }),
  };
}

function usesMap(uses: Uses): Readonly<Record<string, YamlValue>> {
  const all: Readonly<Record<string, YamlValue>> = { ...uses, env: textMap(uses.env) };
  const said = Object.entries(all).filter(([, value]) => Object.keys(value).length > 0);
  return said.length === 0 ? {} : { uses: Object.fromEntries(said) };
}

function supervisorMap(supervisor: SupervisorSpec, nameByPlace: string): YamlValue {
  const { name, strategy, children } = supervisor;
  return {
    ...(name === nameByPlace ? {} : { name }),
    strategy,
    ...restartMap(supervisor),
    children: children.map((child, index) => childValue(child, `${nameByPlace}.${index + 1}`)),
  };
}

function childValue(child: TreeChild, nameByPlace: string): YamlValue {
  if (child.kind === "process") return child.name;
  return { supervisor: supervisorMap(child, nameByPlace) };
}

function textMap(texts: readonly NamedText[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(({ name, value }) => [name, value]));
}

function executorCount(count: number): string {
  return count === manifestBounds.spreadMax ? "all" : String(count);
}
