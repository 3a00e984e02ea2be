import type { SpawnRequest } from "#core/host";
import { type Errno, errno, type LimitName, type Limits } from "#core/sys";
import type { ProcessSpec, Uses } from "#pool/manifest";

/** What a child is given in place of what its spec says. */
export interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As a manifest spells them, `files:./data:ro`. */
  readonly uses?: ReadonlySet<string>;
  readonly limits: Limits;
}

/** A program that lives, as far as it decides what it may start. */
export interface Parent {
  readonly parent: Parent | undefined;
  readonly limits: Limits;
  /** The memory limits of all that lives below it, together. */
  takenBytes: number;
}

/**
 * What a program's child is given, or why it is not started: ENOENT for a spec it was not granted,
 * ENOTCAPABLE for a use the spec does not have and for a limit above its own, EAGAIN where all
 * below it, or below a program above it, could take more memory than that program itself.
 */
export function admit(
  request: SpawnRequest,
  {
    parent,
    uses,
    spec,
    specLimits,
  }: {
    readonly parent: Parent;
    /** Of the parent's spec. */
    readonly uses: Uses;
    readonly spec: ProcessSpec | undefined;
    readonly specLimits: Limits;
  },
): Given | Errno {
  if (spec === undefined || !uses.spawn.includes(request.spec)) return errno.ENOENT;
  const known = new Set(usesOf(spec.uses));
  if (request.uses?.some((use) => !known.has(use)) === true) return errno.ENOTCAPABLE;
  const asked = Object.entries(request.limits ?? {}) as [LimitName, number][];
  if (asked.some(([name, value]) => value > parent.limits[name])) return errno.ENOTCAPABLE;
  const limits = leastOf({ ...specLimits, ...request.limits }, parent.limits);
  for (let above: Parent | undefined = parent; above !== undefined; above = above.parent) {
    if (above.takenBytes + limits.memory > above.limits.memory) return errno.EAGAIN;
  }
  return {
    limits,
    ...(request.args === undefined ? {} : { args: request.args }),
    ...(request.env === undefined ? {} : { env: variablesOf(request.env) }),
    ...(request.uses === undefined ? {} : { uses: new Set(request.uses) }),
  };
}

/** Notes for all above a child that it may take so much; less than nothing when it has ended. */
export function take(parent: Parent | undefined, bytes: number): void {
  for (let above = parent; above !== undefined; above = above.parent) above.takenBytes += bytes;
}

/** A spec's uses one by one, each with its kind before it. */
function usesOf(uses: Uses): readonly string[] {
  const { files, connect, env, config, secrets, call, unlisted } = uses;
  const named = (kind: string, all: readonly string[]): readonly string[] =>
    all.map((text) => `${kind}:${text}`);
  return [
    ...named("files", files),
    ...named("connect", connect),
    ...env.map(({ name }) => `env:${name}`),
    ...named("config", config),
    ...named("secrets", secrets),
    ...named("call", call),
    ...named("unlisted", unlisted === undefined ? [] : [unlisted]),
  ];
}

function leastOf(a: Limits, b: Limits): Limits {
  const names = Object.keys(a) as LimitName[];
  return Object.fromEntries(names.map((name) => [name, Math.min(a[name], b[name])])) as Limits;
}

function variablesOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
