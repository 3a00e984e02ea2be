// table: one row per field of a process spec that a deploy compares
import { formatDuration, formatLimit } from "#core/sys";
import {
  type GiveUp,
  type NamedText,
  type ProcessLimits,
  processLimitNames,
  type ProcessSpec,
  type Serve,
  serveMap,
} from "#pool/manifest";

/**
 * What a change asks for: a new start; new processes beside the old ones, which leave when those
 * are there, of what serves; or only another word to the supervisor.
 */
export type Effect = "restart" | "renew" | "configure";

/** A field of a spec, what its change asks for, and how its value is shown. */
export interface ComparedField {
  /** As the manifest spells it. */
  readonly key: string;
  readonly effect: Effect;
  readonly valueIn: (spec: ProcessSpec) => unknown;
  /** The same spec with another value. */
  readonly put: (spec: ProcessSpec, value: never) => ProcessSpec;
  readonly show: (value: never) => string;
}

/** A row whose three functions agree on the type of the value. */
function row<T>(
  field: Omit<ComparedField, "valueIn" | "put" | "show"> & {
    readonly valueIn: (spec: ProcessSpec) => T;
    readonly put: (spec: ProcessSpec, value: T) => ProcessSpec;
    readonly show: (value: T) => string;
  },
): ComparedField {
  return field;
}

type Uses = ProcessSpec["uses"];
type Consume = NonNullable<ProcessSpec["consume"]>;
type ProcessSchedule = NonNullable<ProcessSpec["schedule"]>;
type ListName = {
  [Name in keyof Uses]-?: Uses[Name] extends readonly string[] ? Name : never;
}[keyof Uses];

function listOfUses(name: ListName): ComparedField {
  return row<readonly string[]>({
    key: `uses.${name}`,
    effect: "restart",
    valueIn: ({ uses }) => uses[name],
    put: (spec, value) => ({ ...spec, uses: { ...spec.uses, [name]: value } }),
    show: showList,
  });
}

function limitField(name: keyof ProcessLimits): ComparedField {
  return row<number | "unlimited">({
    key: name,
    effect: "restart",
    valueIn: ({ limits }) => limits[name],
    put: (spec, value) => ({ ...spec, limits: { ...spec.limits, [name]: value } }),
    show: (value) => (value === "unlimited" ? value : formatLimit(name, value)),
  });
}

/** In the order of the manifest. */
export const comparedFields: readonly ComparedField[] = [
  row<Pick<ProcessSpec, "image" | "isScript">>({
    key: "image",
    effect: "restart",
    valueIn: ({ image, isScript }) => (isScript === true ? { image, isScript } : { image }),
    put(spec, value) {
      const { isScript: before, ...others } = spec;
      return { ...(before === undefined ? spec : others), ...value };
    },
    show: ({ image }) => image,
  }),
  row<readonly string[]>({
    key: "args",
    effect: "restart",
    valueIn: ({ args }) => args,
    put: (spec, args) => ({ ...spec, args }),
    show: showList,
  }),
  row<number>({
    key: "count",
    effect: "configure",
    valueIn: ({ count }) => count,
    put: (spec, count) => ({ ...spec, count }),
    show: String,
  }),
  ...processLimitNames.map(limitField),
  row<ProcessSpec["restart"]>({
    key: "restart",
    effect: "configure",
    valueIn: ({ restart }) => restart,
    put: (spec, restart) => ({ ...spec, restart }),
    show: String,
  }),
  row<GiveUp | undefined>({
    key: "give-up",
    effect: "configure",
    valueIn: ({ giveUp }) => giveUp,
    put(spec, giveUp) {
      const { giveUp: before, ...others } = spec;
      if (giveUp === undefined) return before === undefined ? spec : others;
      return { ...others, giveUp };
    },
    show: showGiveUp,
  }),
  row<number>({
    key: "grace",
    effect: "configure",
    valueIn: ({ graceNs }) => graceNs,
    put: (spec, graceNs) => ({ ...spec, graceNs }),
    show: formatDuration,
  }),
  row<Serve | undefined>({
    key: "serve",
    effect: "configure",
    valueIn: ({ serve }) => serve,
    put(spec, serve) {
      const { serve: before, ...others } = spec;
      if (serve === undefined) return before === undefined ? spec : others;
      return { ...others, serve };
    },
    show: (serve) => (serve === undefined ? "nothing" : showMap(serveMap(serve))),
  }),
  row<Consume | undefined>({
    key: "consume",
    effect: "configure",
    valueIn: ({ consume }) => consume,
    put(spec, consume) {
      const { consume: before, ...others } = spec;
      if (consume === undefined) return before === undefined ? spec : others;
      return { ...others, consume };
    },
    show: (consume) => (consume === undefined ? "nothing" : showConsume(consume)),
  }),
  row<ProcessSchedule | undefined>({
    key: "schedule",
    effect: "configure",
    valueIn: ({ schedule }) => schedule,
    put(spec, schedule) {
      const { schedule: before, ...others } = spec;
      if (schedule === undefined) return before === undefined ? spec : others;
      return { ...others, schedule };
    },
    show: (schedule) => (schedule === undefined ? "never" : showMap({ ...schedule })),
  }),
  listOfUses("files"),
  listOfUses("listen"),
  listOfUses("connect"),
  row<readonly NamedText[]>({
    key: "uses.env",
    effect: "restart",
    valueIn: ({ uses }) => uses.env,
    put: (spec, env) => ({ ...spec, uses: { ...spec.uses, env } }),
    show: (env) => showList(env.map(({ name, value }) => `${name}=${value}`)),
  }),
  listOfUses("config"),
  listOfUses("secrets"),
  listOfUses("spawn"),
  listOfUses("call"),
  row<"count" | undefined>({
    key: "uses.unlisted",
    effect: "restart",
    valueIn: ({ uses }) => uses.unlisted,
    put(spec, unlisted) {
      const { unlisted: before, ...others } = spec.uses;
      if (unlisted === undefined) return before === undefined ? spec : { ...spec, uses: others };
      return { ...spec, uses: { ...others, unlisted } };
    },
    show: (unlisted) => unlisted ?? "refuse",
  }),
];

function showConsume({ queue, atOnce, batch, waitNs }: Consume): string {
  const gathered = batch === 1 ? "" : `, batch ${batch}, wait ${formatDuration(waitNs)}`;
  return `queue ${queue}, at-once ${atOnce}${gathered}`;
}

function showMap(map: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(map)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : showList(value)}`)
    .join(", ");
}

function showList(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}

/** As the manifest spells it, but for the space in the duration. */
export function showGiveUp(giveUp: GiveUp | undefined): string {
  if (giveUp === undefined) return "never";
  return `${giveUp.restarts} in ${formatDuration(giveUp.withinNs)}`;
}
