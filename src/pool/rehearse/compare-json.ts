import { type Difference, nothing, shorten } from "./difference.ts";

/** Names that need no quotes in a place. */
const plainName = /^[A-Za-z_][\w-]*$/;

/**
 * The places at which two values of JSON differ, as paths from `$`; no more than so many. The order
 * of keys does not matter.
 */
export function compareJson(before: unknown, after: unknown, max: number): readonly Difference[] {
  const found: Difference[] = [];
  const stack: (readonly [place: string, before: unknown, after: unknown])[] = [
    ["$", before, after],
  ];
  for (let next = stack.pop(); next !== undefined && found.length < max; next = stack.pop()) {
    const [place, was, is] = next;
    const inner = innerPlaces(place, was, is);
    // The first place is to be found first.
    if (inner === undefined) {
      if (was !== is) found.push({ place, before: shown(was), after: shown(is) });
    } else for (const each of inner.toReversed()) stack.push(each);
  }
  return found;
}

type Inner = readonly (readonly [place: string, before: unknown, after: unknown])[];

/** What is in both, if both are lists, or both are objects. */
function innerPlaces(place: string, before: unknown, after: unknown): Inner | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is]: readonly (readonly unknown[])[] = [before, after];
    const length = Math.max(was?.length ?? 0, is?.length ?? 0);
    return Array.from({ length }, (_, at) => [`${place}[${at}]`, was?.[at], is?.[at]]);
  }
  if (!isObject(before) || !isObject(after)) return undefined;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].map((key) => [placeOf(place, key), valueOf(before, key), valueOf(after, key)]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `undefined`, which JSON has not, of a key that is not there. */
function valueOf(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function placeOf(place: string, key: string): string {
  return plainName.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`;
}

function shown(value: unknown): string {
  return value === undefined ? nothing : shorten(JSON.stringify(value));
}
