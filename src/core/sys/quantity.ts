import { formatLimit, type LimitName, limits, type LimitUnit } from "./limits.ts";

/** K, M and G are binary, as systemd and Docker read them; kB, MB and GB are decimal. */
const byteUnits: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  kb: 1e3,
  m: 2 ** 20,
  mib: 2 ** 20,
  mb: 1e6,
  g: 2 ** 30,
  gib: 2 ** 30,
  gb: 1e9,
  t: 2 ** 40,
  tib: 2 ** 40,
  tb: 1e12,
};

const nsUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/** Whole bytes: `1000`, `64KiB`, `64M`, `1.5GiB`; `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text);
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? "?"];
  if (unit === undefined) return undefined;
  const number = Number(match?.[1]);
  if (unit === 1 && !Number.isInteger(number)) return undefined;
  const bytes = Math.round(number * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Nanoseconds: `10s`, `500ms`, `1.5h`, `1m30s`; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)? ?[a-zµ]+ ?)+$/i.test(text)) return undefined;
  let ns = 0;
  for (const [, number, name] of text.matchAll(/(\d+(?:\.\d+)?) ?([a-zµ]+)/gi)) {
    const unit = nsUnits[name ?? ""];
    if (unit === undefined) return undefined;
    ns += Number(number) * unit;
  }
  return Math.round(ns);
}

/** A whole number, with `_` between digits if that reads better. */
export function parseCount(text: string): number | undefined {
  if (!/^\d+(?:_\d+)*$/.test(text)) return undefined;
  const count = Number(text.replaceAll("_", ""));
  return Number.isSafeInteger(count) ? count : undefined;
}

/** A part of a core: `0.5`, `50%`. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d*\.?\d+) ?(%?)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) / (match[2] === "%" ? 100 : 1);
}

/** How a quantity is read from text, and what a message says it should have been. */
interface QuantityForm {
  readonly parse: (text: string) => number | undefined;
  readonly expected: string;
}

/** How a number is written in commands and manifests, by its unit. */
export const quantityForms: Readonly<Record<LimitUnit, QuantityForm>> = {
  bytes: { parse: parseBytes, expected: "a size such as 64MiB" },
  ns: { parse: parseDuration, expected: "a duration such as 10s or 500ms" },
  count: { parse: parseCount, expected: "a whole number" },
  cores: { parse: parseShare, expected: "a part of one core such as 0.5" },
};

/** Why a text is no value of a limit. */
export interface LimitRefusal {
  /** Of the kind "expected a size …" or "it goes from …", for a message. */
  readonly why: string;
  readonly isOutOfRange: boolean;
}

/** A limit's value from its text, in its row's unit; or what is wrong with the text. */
export function parseLimit(name: LimitName, text: string): number | LimitRefusal {
  const row = limits[name];
  const { parse, expected } = quantityForms[row.unit];
  const value = text === "unlimited" && row.max === Infinity ? Infinity : parse(text);
  if (value === undefined) return { why: `expected ${expected}`, isOutOfRange: false };
  if (value >= row.min && value <= row.max) return value;
  const range = `from ${formatLimit(name, row.min)} to ${formatLimit(name, row.max)}`;
  return { why: `it goes ${range}`, isOutOfRange: true };
}
