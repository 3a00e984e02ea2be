import { formatAddress, parseAddress } from "#core/net";
import {
  formatLimit,
  limits,
  parseDirectoryGrant,
  parseLimit,
  PlatformError,
  quantityForms,
} from "#core/sys";
import { type QueueLimitName, queueLimits } from "#pool/queue/ledger";
import { type Shape, text } from "#pool/manifest/shape";
import { manifestBounds } from "./bounds.ts";
import { exactDuration, exactQueueLimit } from "#pool/manifest/spelling";
import { formatRoute, formatTcpRoute, parseCallee, parseRoute, parseTcpRoute } from "#pool/route";
import type { GiveUp, ProcessLimitName, Span } from "./manifest.ts";

const nameMost = manifestBounds.nameCharactersMax;

const parseName = matching(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/, nameMost);
const parseVariable = matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 255);

/** Whether a manifest may have it as the name of an app. */
export function isAppName(typed: string): boolean {
  return parseName(typed) !== undefined;
}

/** Whether a manifest may have it as the name of a variable, a text or a secret. */
export function isVariableName(typed: string): boolean {
  return parseVariable(typed) !== undefined;
}

/** What a person gives an app, a process or a supervisor. */
export const name: Shape<string> = text({
  parse: parseName,
  expected: `a name: at most ${nameMost} of a-z, 0-9 and "-", a letter first`,
  fallback: "",
  schema: {
    type: "string",
    pattern: "^[a-z](?:[a-z0-9-]*[a-z0-9])?$",
    maxLength: nameMost,
  },
});

/** What a program asks for in its environment. */
export const variableName: Shape<string> = text({
  parse: parseVariable,
  expected: `the name of a variable: letters, digits and "_", no digit first`,
  fallback: "",
  schema: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: 255 },
});

function matching(pattern: RegExp, charactersMax: number): (typed: string) => string | undefined {
  return (typed) => (pattern.test(typed) && typed.length <= charactersMax ? typed : undefined);
}

/** What a program gets as it is written: an argument, a value. */
export const anyText: Shape<string> = text({
  parse: (typed) => (isPassable(typed) ? typed : undefined),
  expected: `a text of at most ${manifestBounds.textCharactersMax} characters, none of them NUL`,
  fallback: "",
  takesNumbers: true,
  schema: { type: ["string", "number", "boolean"] },
});

const scriptForm = /\.[cm]?[jt]sx?$/;

export const imagePath: Shape<string> = text<string>({
  parse(typed) {
    if (scriptForm.test(typed)) return { expected: "an image; of a script, source: with its name" };
    return typed !== "" && isPassable(typed) ? typed : undefined;
  },
  expected: "a file or directory such as ./worker.wasm",
  fallback: "",
  schema: { type: "string", minLength: 1 },
});

/** A program in TypeScript or JavaScript. */
export const scriptPath: Shape<string> = text({
  parse: (typed) => (scriptForm.test(typed) && isPassable(typed) ? typed : undefined),
  expected: "a .ts or .js file such as ./web.ts",
  fallback: "",
  schema: { type: "string", pattern: scriptForm.source },
});

function isPassable(typed: string): boolean {
  return typed.length <= manifestBounds.textCharactersMax && !typed.includes("\0");
}

export const directory: Shape<string> = text({
  parse: (typed) =>
    isPassable(typed) && parseDirectoryGrant(typed) !== undefined ? typed : undefined,
  expected: "HOST, HOST::GUEST or either with :ro",
  fallback: "",
  schema: { type: "string", minLength: 1 },
});

export const address: Shape<string> = text({
  parse(typed) {
    try {
      return formatAddress(parseAddress(typed));
    } catch (error) {
      if (error instanceof PlatformError) return undefined;
      throw error;
    }
  },
  expected: "HOST:PORT, [IPV6]:PORT, :PORT or unix:PATH, with a port of at most 65535",
  fallback: "",
  schema: { type: "string", minLength: 1 },
});

const quantitySchema = { type: ["string", "number"] } as const;

/** How many of a process are wanted. */
export const count: Shape<number> = text({
  parse: (typed) => within(quantityForms.count.parse(typed), 0, manifestBounds.countMax),
  expected: `a whole number from 0 to ${manifestBounds.countMax}`,
  fallback: 1,
  takesNumbers: true,
  schema: quantitySchema,
});

export const grace: Shape<number> = text({
  parse: (typed) => within(quantityForms.ns.parse(typed), 0, manifestBounds.graceNsMax),
  expected: "a duration from 0s to 1h, such as 5s",
  fallback: 0,
  takesNumbers: true,
  schema: quantitySchema,
});

/** A restart is given up, or never. */
export const giveUp: Shape<GiveUp | "never"> = text<GiveUp | "never">({
  parse(typed) {
    if (typed === "never") return typed;
    const [, restartsText = "", withinText = ""] = /^(\S+) +in +(.+)$/.exec(typed) ?? [];
    const { giveUpRestartsMax, giveUpWithinNsMax } = manifestBounds;
    const restarts = within(quantityForms.count.parse(restartsText), 0, giveUpRestartsMax);
    const withinNs = within(quantityForms.ns.parse(withinText), 1, giveUpWithinNsMax);
    return restarts === undefined || withinNs === undefined ? undefined : { restarts, withinNs };
  },
  expected:
    `restarts in a time such as "10 in 60s" ` +
    `(at most ${manifestBounds.giveUpRestartsMax} in 24h), or "never"`,
  fallback: "never",
  schema: { type: "string", pattern: "^(?:never|[0-9_]+ +in +.+)$" },
});

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** Which requests a process answers, or where raw connections to it come in. */
export const route: Shape<string> = text({
  parse(typed) {
    const tcp = parseTcpRoute(typed);
    if (tcp !== undefined) return formatTcpRoute(tcp);
    const parsed = parseRoute(typed);
    return parsed && formatRoute(parsed);
  },
  expected:
    "a route: PATH or HOST/PATH, where a path that ends in / has all below it; " +
    "or tcp:PORT, tcp:ADDRESS:PORT",
  fallback: "",
  schema: { type: "string", pattern: "/|^tcp:" },
});

/** Whom a process may make requests to. Which app it is of does not matter to how it is written. */
export const callee: Shape<string> = text({
  parse: (typed) => (parseCallee(typed, "app") === undefined ? undefined : typed.toLowerCase()),
  expected: "a process that serves or a queue, NAME or NAME.APP, or a host outside, HOST:PORT",
  fallback: "",
  schema: { type: "string", minLength: 1 },
});

const { serveNsMax } = manifestBounds;

/** A time that has to be some. */
export const serveTime: Shape<number> = text({
  parse: (typed) => within(quantityForms.ns.parse(typed), 1e6, serveNsMax),
  expected: "a duration from 1ms to 24h, such as 30s",
  fallback: 1e9,
  takesNumbers: true,
  schema: quantitySchema,
});

/** A time that may be none. */
export const quietTime: Shape<number> = text({
  parse: (typed) => within(quantityForms.ns.parse(typed), 0, serveNsMax),
  expected: "a duration from 0s to 24h, such as 30s",
  fallback: 0,
  takesNumbers: true,
  schema: quantitySchema,
});

/** What a request asks for: a path, with a query perhaps. */
export const target: Shape<string> = text({
  parse: (typed) => (/^\/[!-~]{0,1023}$/.test(typed) && !typed.includes("#") ? typed : undefined),
  expected: "a path such as /health, of visible ASCII characters",
  fallback: "",
  schema: { type: "string", pattern: "^/[!-~]*$" },
});

/** How many requests may wait. */
export const waiting: Shape<number> = text({
  parse: (typed) => within(quantityForms.count.parse(typed), 0, manifestBounds.waitingMax),
  expected: `a whole number from 0 to ${manifestBounds.waitingMax}`,
  fallback: 0,
  takesNumbers: true,
  schema: quantitySchema,
});

/** How many requests an instance takes. */
export const requests: Shape<number | "unlimited"> = text<number | "unlimited">({
  parse(typed) {
    if (typed === "unlimited") return typed;
    return within(quantityForms.count.parse(typed), 1, 1e9);
  },
  expected: "a whole number from 1 on, or unlimited",
  fallback: "unlimited",
  takesNumbers: true,
  schema: quantitySchema,
});

/** `0..4`; or one number, which is both ends. */
export const instances: Shape<Span> = span({
  parse: (typed) => within(quantityForms.count.parse(typed), 0, manifestBounds.instancesMax),
  expected: `how many, such as 4 or 0..4, from 0 to ${manifestBounds.instancesMax}`,
});

/** `1..4`, `all`; or one number, which is both ends. */
export const spread: Shape<Span> = span({
  parse: (typed) => {
    if (typed === "all") return manifestBounds.spreadMax;
    return within(quantityForms.count.parse(typed), 1, manifestBounds.spreadMax);
  },
  expected: `on how many executors, such as 2, all or 1..all, up to ${manifestBounds.spreadMax}`,
  fallback: { min: 1, max: 1 },
});

/** `10s..10m`; or one duration, which is both ends. */
export const idle: Shape<Span> = span({
  parse: (typed) => within(quantityForms.ns.parse(typed), 0, serveNsMax),
  expected: "how long, such as 1m or 10s..10m, up to 24h",
});

function span(form: {
  readonly parse: (typed: string) => number | undefined;
  readonly expected: string;
  readonly fallback?: Span;
}): Shape<Span> {
  return text<Span>({
    parse(typed) {
      const [from = "", to = from, ...others] = typed.split("..");
      const min = form.parse(from.trim());
      const max = form.parse(to.trim());
      if (min === undefined || max === undefined || others.length > 0) return undefined;
      return min <= max && max > 0 ? { min, max } : undefined;
    },
    expected: form.expected,
    fallback: form.fallback ?? { min: 0, max: 1 },
    takesNumbers: true,
    schema: quantitySchema,
  });
}

/** A bound of a queue, in its row's unit. */
export function queueLimit(limitName: QueueLimitName): Shape<number> {
  const { unit, min, max } = queueLimits[limitName];
  const [least, most] = [min, max].map((value) => exactQueueLimit(limitName, value));
  const msOf = (typed: string): number | undefined => {
    const ns = quantityForms.ns.parse(typed);
    return ns === undefined || ns % 1e6 !== 0 ? undefined : ns / 1e6;
  };
  const parse = unit === "ms" ? msOf : quantityForms[unit].parse;
  return text({
    parse: (typed) => within(parse(typed), min, max),
    expected: `${quantityForms[unit === "ms" ? "ns" : unit].expected}, from ${least} to ${most}`,
    fallback: min,
    takesNumbers: true,
    schema: quantitySchema,
  });
}

const { messagesAtOnceMax, messagesInBatchMax, everyNsMin, everyNsMax } = manifestBounds;

/** How many messages at a time. */
export const messagesAtOnce: Shape<number> = text({
  parse: (typed) => within(quantityForms.count.parse(typed), 1, messagesAtOnceMax),
  expected: `a whole number from 1 to ${messagesAtOnceMax}`,
  fallback: 1,
  takesNumbers: true,
  schema: quantitySchema,
});

/** How many messages in one request. */
export const messagesInBatch: Shape<number> = text({
  parse: (typed) => within(quantityForms.count.parse(typed), 1, messagesInBatchMax),
  expected: `a whole number from 1 to ${messagesInBatchMax}`,
  fallback: 1,
  takesNumbers: true,
  schema: quantitySchema,
});

/** A time that passes again and again. */
export const every: Shape<string> = text({
  parse(typed) {
    const ns = within(quantityForms.ns.parse(typed), everyNsMin, everyNsMax);
    return ns === undefined ? undefined : exactDuration(ns);
  },
  expected: "a duration from 1s to 366 days, such as 5m",
  fallback: "1h",
  schema: { type: "string" },
});

/** Whether it names any time at all only a calendar knows, which is asked later. */
export const cron: Shape<string> = text({
  parse: matching(/^\s*(?:[^\s@]+\s+){4}[^\s@]+\s*$/, 255),
  expected: `five fields: minute, hour, day, month, day of the week, such as "30 2 * * *"`,
  fallback: "0 0 * * *",
  schema: { type: "string" },
});

export const zone: Shape<string> = text({
  parse: matching(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 64),
  expected: "a time zone such as Europe/Berlin",
  fallback: "UTC",
  schema: { type: "string" },
});

/** A limit, read as the command line reads it. */
export function limit(limitName: ProcessLimitName): Shape<number | "unlimited"> {
  const row = limits[limitName];
  const range = `from ${formatLimit(limitName, row.min)} to ${formatLimit(limitName, row.max)}`;
  const bounds = row.max === Infinity ? " or unlimited" : `, ${range}`;
  return text<number | "unlimited">({
    parse(typed) {
      const value = parseLimit(limitName, typed);
      if (typeof value === "number") return value === Infinity ? "unlimited" : value;
      if (!value.isOutOfRange) return undefined;
      return { expected: `a value ${range}` };
    },
    expected: quantityForms[row.unit].expected + bounds,
    fallback: row.min,
    takesNumbers: true,
    schema: quantitySchema,
  });
}
