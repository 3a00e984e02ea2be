import { type LimitName, limits } from "#core/sys";
import {
  namedText,
  type WrittenApp,
  type WrittenProcess,
  type WrittenSupervisor,
  type WrittenUses,
} from "./fields.ts";
import { rootName } from "./root-name.ts";
import { defaultQueueLimits } from "#pool/queue/ledger";
import { serveOf, servedAlone } from "./serve-fields.ts";
import { consumeOf, scheduleOf } from "./summon-fields.ts";
import type {
  GiveUp,
  Manifest,
  NamedText,
  ProcessLimitName,
  ProcessLimits,
  ProcessSpec,
  QueueSpec,
  SupervisorSpec,
  TreeChild,
  Uses,
} from "./manifest.ts";

/** The limits of a process, in the order of their table. */
export const processLimitNames: readonly ProcessLimitName[] = (
  Object.keys(limits) as LimitName[]
).filter((name) => name !== "processes");

/** The plain data that texts of one meaning share. Expects that all of it agrees. */
export function normalize(written: WrittenApp): Manifest {
  const processes = written.processes.map(([name, process]) => processSpec(name, process));
  return {
    app: written.app,
    processes,
    tree:
      written.tree === undefined ? plainTree(processes) : supervisorSpec(written.tree, rootName),
    config: sortedByName(written.config.map(namedText)),
    queues: queuesOf(written),
  };
}

function queuesOf({ queues, processes }: WrittenApp): readonly QueueSpec[] {
  const named = queues.map(([name, limits]): QueueSpec => ({ name, limits }));
  const known = new Set(named.map(({ name }) => name));
  const consumed = new Set(processes.flatMap(([, { consume }]) => consume?.queue.value ?? []));
  const others = [...consumed].filter((name) => !known.has(name));
  return [...named, ...others.map((name) => ({ name, limits: defaultQueueLimits }))];
}

function processSpec(name: string, written: WrittenProcess): ProcessSpec {
  return {
    name,
    ...imageOf(written),
    args: written.args,
    count: written.count,
    limits: Object.fromEntries(
      processLimitNames.map((limit) => [limit, written[limit]]),
    ) as ProcessLimits,
    restart: written.restart,
    ...giveUpOf(written),
    graceNs: written.grace,
    uses: usesOf(written.uses),
    ...summonsOf(written),
  };
}

/** What brings its processes about, if they do not just run. */
function summonsOf(written: WrittenProcess): Pick<ProcessSpec, "serve" | "consume" | "schedule"> {
  const { consume } = written;
  const schedule = scheduleOf(written);
  const isSummoned = consume !== undefined || schedule !== undefined;
  const serve = written.serve ?? (isSummoned ? servedAlone(schedule !== undefined) : undefined);
  return {
    ...(serve === undefined ? {} : { serve: serveOf(serve) }),
    ...(consume === undefined ? {} : { consume: consumeOf(consume) }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** Expects just one of the two, as reading sees to. */
function imageOf({ image, source }: WrittenProcess): Pick<ProcessSpec, "image" | "isScript"> {
  return source === undefined ? { image: image ?? "" } : { image: source, isScript: true };
}

function usesOf(written: WrittenUses): Uses {
  return {
    files: written.files.map(({ value }) => value),
    listen: written.listen.map(({ value }) => value),
    connect: written.connect,
    env: sortedByName(written.env.map(namedText)),
    config: written.config.map(({ value }) => value).toSorted(),
    secrets: written.secrets.map(({ value }) => value).toSorted(),
    spawn: written.spawn.map(({ value }) => value).toSorted(),
    call: written.call.map(({ value }) => value).toSorted(),
    ...(written.unlisted === "refuse" ? {} : { unlisted: written.unlisted }),
  };
}

/** What is never given up has no such field, as in `core/supervise`. */
function giveUpOf(written: { readonly "give-up": GiveUp | "never" }): {
  readonly giveUp?: GiveUp;
} {
  const giveUp = written["give-up"];
  return giveUp === "never" ? {} : { giveUp };
}

function sortedByName(texts: readonly NamedText[]): readonly NamedText[] {
  return texts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The tree of an app that writes none. */
export function plainTree(processes: readonly { readonly name: string }[]): SupervisorSpec {
  return {
    kind: "supervisor",
    name: rootName,
    strategy: "one-for-one",
    restart: "always",
    children: processes.map(({ name }) => ({ kind: "process", name })),
  };
}

/** A name of the file has no dot, so that a name made of a place is nobody else's. */
function supervisorSpec(written: WrittenSupervisor, nameByPlace: string): SupervisorSpec {
  return {
    kind: "supervisor",
    name: written.name?.value ?? nameByPlace,
    strategy: written.strategy,
    restart: written.restart,
    ...giveUpOf(written),
    children: written.children.map(({ is }, index): TreeChild => {
      if (typeof is === "string") return { kind: "process", name: is };
      return supervisorSpec(is, `${nameByPlace}.${index + 1}`);
    }),
  };
}
