import { areSameBytes } from "#core/base";
import { compareJson } from "./compare-json.ts";
import { type Difference, nothing, shorten } from "./difference.ts";
import type { Answer, Outcome } from "./exchange.ts";
import { leftOutFields } from "./left-out-fields.ts";

/** Of an answer that differs in so many places, more say nothing new. */
const placesMax = 200;

/** Where two outcomes of one request differ; where neither is an answer, nowhere. */
export function compareOutcomes(before: Outcome, after: Outcome): readonly Difference[] {
  if (before.kind === "answer" && after.kind === "answer") {
    return compareAnswers(before.answer, after.answer);
  }
  if (before.kind === after.kind) return [];
  return [{ place: "answer", before: describeOutcome(before), after: describeOutcome(after) }];
}

/** Its status, or why there is none. */
export function describeOutcome(outcome: Outcome): string {
  return outcome.kind === "answer" ? String(outcome.answer.head.status) : `none: ${outcome.why}`;
}

function compareAnswers(before: Answer, after: Answer): readonly Difference[] {
  return [
    ...differing("status", String(before.head.status), String(after.head.status)),
    ...compareFields(before, after),
    ...compareBodies(before.body, after.body),
  ].slice(0, placesMax);
}

function compareFields(before: Answer, after: Answer): readonly Difference[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((name) =>
    differing(`header ${name}`, was.get(name) ?? nothing, is.get(name) ?? nothing),
  );
}

/** Fields of one name are one, as a list; so which field comes before another does not matter. */
function fieldsOf({ head: { fields } }: Answer): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) {
    const [name = "", value = ""] = [fields[at]?.toLowerCase(), fields[at + 1]];
    if (Object.hasOwn(leftOutFields, name)) continue;
    const others = all.get(name);
    all.set(name, others === undefined ? value : `${others}, ${value}`);
  }
  return all;
}

function compareBodies(before: Uint8Array, after: Uint8Array): readonly Difference[] {
  if (areSameBytes(before, after)) return [];
  const [was, is] = [textOf(before), textOf(after)];
  if (was === undefined || is === undefined) return compareBytes(before, after);
  const [wasJson, isJson] = [jsonOf(was), jsonOf(is)];
  if (wasJson === undefined || isJson === undefined) return compareLines(was, is);
  return compareJson(wasJson.value, isJson.value, placesMax);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whatever its type is said to be: what is JSON by chance is compared as well so. */
function jsonOf(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function compareLines(one: string, other: string): readonly Difference[] {
  const [was, is] = [one.split("\n"), other.split("\n")];
  const places: Difference[] = [];
  const count = Math.max(was.length, is.length);
  for (let at = 0; at < count && places.length < placesMax; at += 1) {
    const [old, fresh] = [was[at], is[at]];
    if (old === fresh) continue;
    const [before, after] = [shorten(old ?? nothing), shorten(fresh ?? nothing)];
    places.push({ place: `body line ${at + 1}`, before, after });
  }
  return places;
}

function compareBytes(before: Uint8Array, after: Uint8Array): readonly Difference[] {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  const shown = ({ length }: Uint8Array): string => `${length} bytes, others from byte ${at} on`;
  return [{ place: "body", before: shown(before), after: shown(after) }];
}

function differing(place: string, before: string, after: string): readonly Difference[] {
  return before === after ? [] : [{ place, before: shorten(before), after: shorten(after) }];
}
