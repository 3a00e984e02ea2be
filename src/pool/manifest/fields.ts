// table: one row per field of a manifest; reading, the JSON Schema and plans follow from it
import { formatLimit, type LimitName, limits } from "#core/sys";
import type { MapEntry, Node } from "#pool/manifest/document";
import {
  type At,
  type Fields,
  list,
  located,
  type Located,
  named,
  oneOf,
  record,
  type RecordShape,
  refuse,
  type Shape,
} from "#pool/manifest/shape";
import { manifestBounds } from "./bounds.ts";
import type { GiveUp, NamedText, ProcessLimitName, RestartType, Strategy } from "./manifest.ts";
import { serve, type WrittenServe } from "./serve-fields.ts";
import {
  consume,
  queue,
  timeFields,
  type WrittenConsume,
  type WrittenTimes,
} from "./summon-fields.ts";
import type { QueueLimits } from "#pool/queue/ledger";
import {
  address,
  anyText,
  callee,
  count,
  directory,
  giveUp,
  grace,
  imagePath,
  limit,
  name,
  scriptPath,
  variableName,
} from "./text-forms.ts";

/** A name and what stands under it, with the nodes that said so. */
export type WrittenEntry<T> = readonly [name: string, value: T, entry: MapEntry];

/** The file as it is written, with defaults; `Manifest` is made of it when all of it agrees. */
export interface WrittenApp {
  readonly app: string;
  readonly processes: readonly WrittenEntry<WrittenProcess>[];
  readonly tree: WrittenSupervisor | undefined;
  readonly config: readonly WrittenEntry<string>[];
  readonly queues: readonly WrittenEntry<QueueLimits>[];
}

export type WrittenProcess = {
  readonly image: string | undefined;
  readonly source: string | undefined;
  readonly args: readonly string[];
  readonly count: number;
  readonly uses: WrittenUses;
  readonly restart: RestartType;
  readonly "give-up": GiveUp | "never";
  readonly grace: number;
  readonly serve: WrittenServe | undefined;
  readonly consume: WrittenConsume | undefined;
} & WrittenTimes & { readonly [Name in ProcessLimitName]: number | "unlimited" };

export interface WrittenUses {
  readonly files: readonly Located<string>[];
  readonly listen: readonly Located<string>[];
  readonly connect: readonly string[];
  readonly env: readonly WrittenEntry<string>[];
  readonly config: readonly Located<string>[];
  readonly secrets: readonly Located<string>[];
  readonly spawn: readonly Located<string>[];
  readonly call: readonly Located<string>[];
  readonly unlisted: "refuse" | "count";
}

export interface WrittenSupervisor {
  readonly name: Located<string> | undefined;
  readonly strategy: Strategy;
  readonly restart: RestartType;
  readonly "give-up": GiveUp | "never";
  readonly children: readonly WrittenChild[];
}

export interface WrittenChild {
  readonly node: Node;
  /** The name of a process, or a supervisor below. */
  readonly is: string | WrittenSupervisor;
}

const { itemsMax, processesMax } = manifestBounds;

function texts<T>(shape: Shape<T>, example: string): Shape<readonly T[]> {
  return list(shape, { itemsMax, expected: `a list such as ${example}` });
}

/** The same shape where there may be nothing. */
function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return shape;
}

const restart: Shape<RestartType> = oneOf(["always", "on-failure", "never"]);

const variables: Shape<readonly WrittenEntry<string>[]> = named(anyText, {
  name: variableName,
  expected: "a map such as { MODE: prod }",
  entriesMax: itemsMax,
});

/** What a process that says nothing of it may reach: nothing. */
const noUses: WrittenUses = {
  files: [],
  listen: [],
  connect: [],
  env: [],
  config: [],
  secrets: [],
  spawn: [],
  call: [],
  unlisted: "refuse",
};

const usesFields: Fields<WrittenUses> = {
  files: {
    shape: texts(located(directory), "[./data:ro]"),
    default: noUses.files,
    meaning: "directories of the machine, HOST[::GUEST][:ro]",
    elsewhere: ["dirs", "directories", "volumes", "mounts"],
  },
  listen: {
    shape: texts(located(address), `[":8080"]`),
    default: noUses.listen,
    meaning: "addresses at which it listens",
    elsewhere: ["ports", "expose"],
  },
  connect: {
    shape: texts(address, `["db.example:5432"]`),
    default: noUses.connect,
    meaning: "addresses it is connected to",
  },
  env: {
    shape: variables,
    default: noUses.env,
    meaning: "environment variables: a value is the text as it is written",
    elsewhere: ["environment", "variables"],
  },
  config: {
    shape: texts(located(variableName), "[MODE]"),
    default: noUses.config,
    meaning: "names from the app's config, as environment variables",
  },
  secrets: {
    shape: texts(located(variableName), "[DB_PASSWORD]"),
    default: noUses.secrets,
    meaning: "names of secrets, whose values are set apart from the manifest",
  },
  spawn: {
    shape: texts(located(name), "[worker]"),
    default: noUses.spawn,
    meaning: "names of processes it may start as children of its own, with no more than it has",
    elsewhere: ["children"],
  },
  call: {
    shape: texts(located(callee), `[cart, "api.example:443"]`),
    default: noUses.call,
    meaning:
      "whom it may make requests to: processes that serve, queues, and hosts outside with a port",
    elsewhere: ["calls", "fetch", "allowed-hosts"],
  },
  unlisted: {
    shape: oneOf(["refuse", "count"]),
    default: noUses.unlisted,
    meaning:
      "what becomes of requests to whom call does not list: refused, or made and counted (refuse)",
    elsewhere: ["report-only"],
  },
};

/** What limits are called in other tools. */
const limitsElsewhere: Partial<Record<ProcessLimitName, readonly string[]>> = {
  "cpu-share": ["cpu", "cpus"],
  "wall-time": ["timeout"],
  output: ["max-output"],
  memory: ["mem", "ram"],
};

type LimitFields = Fields<{ readonly [Name in ProcessLimitName]: number | "unlimited" }>;

const limitFields = Object.fromEntries(
  (Object.keys(limits) as LimitName[]).flatMap((limitName) => {
    if (limitName === "processes") return [];
    const row = limits[limitName];
    const field: LimitFields["memory"] = {
      shape: limit(limitName),
      default: row.default === Infinity ? "unlimited" : row.default,
      meaning: `${row.meaning} (${formatLimit(limitName, row.default)})`,
      elsewhere: limitsElsewhere[limitName] ?? [],
    };
    return [[limitName, field]];
  }),
) as LimitFields;

type GiveUpField = Fields<{ readonly "give-up": GiveUp | "never" }>["give-up"];

const giveUpField: GiveUpField = {
  shape: giveUp,
  default: "never",
  meaning: "so many restarts in a time, as in 10 in 60s; with more its supervisor fails (never)",
};

const giveUpOfChildren: GiveUpField = {
  ...giveUpField,
  meaning:
    "so many restarts of its children in a time, as in 10 in 60s; with more it fails (never)",
};

const processFields: Fields<WrittenProcess> = {
  image: {
    shape: optional(imagePath),
    default: undefined,
    meaning: "the program: a .wasm file, a directory or a tar",
  },
  source: {
    shape: optional(scriptPath),
    default: undefined,
    meaning: "in place of image: a .ts or .js file, which a deploy builds into one",
    elsewhere: ["script", "main", "entry"],
  },
  args: {
    shape: texts(anyText, "[--queue, jobs]"),
    default: [],
    meaning: "arguments, each as it is written",
    elsewhere: ["command", "cmd", "arguments"],
  },
  count: {
    shape: count,
    default: 1,
    meaning: "how many of it are wanted (1)",
    elsewhere: ["replicas", "instances", "scale"],
  },
  uses: {
    shape: record<WrittenUses>("the uses of a process", usesFields),
    default: noUses,
    meaning: "what it may reach; nothing else exists for it",
    elsewhere: ["grants", "permissions"],
  },
  serve: {
    shape: serve,
    default: undefined,
    meaning: "requests it answers: a route, a list of them, or a map; it runs when there are some",
    elsewhere: ["routes", "route", "http", "ingress"],
  },
  consume: {
    shape: consume,
    default: undefined,
    meaning: "a queue whose messages it is given as requests; it runs when there are some",
    elsewhere: ["queue", "subscribe"],
  },
  ...timeFields,
  restart: { shape: restart, default: "always", meaning: "which ends are followed by a new start" },
  "give-up": giveUpField,
  grace: {
    shape: grace,
    default: 5e9,
    meaning: "how long it may take to end after it was asked (5s)",
    elsewhere: ["stop-timeout", "shutdown"],
  },
  ...limitFields,
};

/** A process's name, or a supervisor with children of its own. */
const child: Shape<WrittenChild> = {
  standIn: (node) => ({ node, is: "" }),
  schema: () => ({
    anyOf: [
      name.schema(),
      {
        type: "object",
        properties: { supervisor: { $ref: "#/$defs/supervisor" } },
        required: ["supervisor"],
        additionalProperties: false,
      },
    ],
  }),
  read(node: Node, at: At) {
    if (node.kind === "scalar") return { node, is: name.read(node, at) };
    if (node.kind === "list") {
      refuse(node, at, { expected: "the name of a process, or supervisor: { … }" });
      return { node, is: "" };
    }
    const { supervisor: nested } = nesting.read(node, at);
    return { node, is: nested };
  },
};

export const supervisor: RecordShape<WrittenSupervisor> = record<WrittenSupervisor>(
  "a supervisor",
  {
    name: {
      shape: optional(located(name)),
      default: undefined,
      meaning: "what it is called where the tree is shown (by its place)",
    },
    strategy: {
      shape: oneOf(["one-for-one", "one-for-all", "rest-for-one"]),
      default: "one-for-one",
      meaning: "who is started anew with a child: only it, all its siblings, or those after it",
    },
    restart: { shape: restart, default: "always", meaning: "when its parent starts it anew" },
    "give-up": giveUpOfChildren,
    children: {
      shape: list(child, { itemsMax: processesMax, expected: "a list of children" }),
      meaning: "names of processes, and supervisors, in the order of their start",
    },
  },
);

const nesting = record<{ readonly supervisor: WrittenSupervisor }>("a child", {
  supervisor: { shape: supervisor, meaning: "children with a strategy of their own" },
});

export const app: RecordShape<WrittenApp> = record<WrittenApp>("an app", {
  app: { shape: name, meaning: "the app's name", elsewhere: ["name"] },
  processes: {
    shape: named(record("a process", processFields, { oneOf: ["image", "source"] }), {
      name,
      expected: "a map of processes by name",
      entriesMax: processesMax,
    }),
    meaning: "the processes by name",
    elsewhere: ["services", "jobs"],
  },
  tree: {
    shape: optional(supervisor),
    default: undefined,
    meaning: "who restarts with whom (all processes, in order, one-for-one)",
  },
  config: {
    shape: variables,
    default: [],
    meaning: "texts that processes use by name",
  },
  queues: {
    shape: named(queue, {
      name,
      expected: "a map of queues by name",
      entriesMax: itemsMax,
    }),
    default: [],
    meaning: "durable queues and their bounds; one that is only consumed need not be here",
    elsewhere: ["topics", "streams"],
  },
});

/** A text with its name, without the nodes that said so. */
export function namedText([key, value]: WrittenEntry<string>): NamedText {
  return { name: key, value };
}
