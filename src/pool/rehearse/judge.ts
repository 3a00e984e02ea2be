import type { RehearsalReport, RehearsedAnswer } from "#pool/renewal";
import { compareOutcomes, describeOutcome } from "./compare-answers.ts";
import { anyItem, type Difference, isWithin, nothing, shorten } from "./difference.ts";
import { type KeptExchange, kindOf, type Outcome } from "./exchange.ts";

/** So many answers that differ are told, of each so many places, and so many that are unsteady. */
const answersMax = 20;
const placesMax = 10;
const unsteadyMax = 20;
const doubtsMax = 5;

/** What one request, made again, was answered with. */
export interface Outcomes {
  /** By the build that serves, by the new one, and by that which serves once more. */
  readonly before: Outcome;
  readonly after: Outcome;
  readonly again: Outcome;
}

/** Requests to others that were refused meanwhile to the build that serves, and to the new one. */
export interface Refused {
  readonly before: number;
  readonly after: number;
}

/** What is known of one request that was made again; its answers are let go of. */
export interface Trial {
  readonly exchange: Pick<KeptExchange, "head">;
  readonly kind: string;
  readonly refused: Refused;
  readonly differences: readonly Difference[];
  /** Where two answers of the build that serves differ. */
  readonly unsteady: readonly string[];
  readonly isAnswered: boolean;
  /** How it was answered then, and is aside. */
  readonly doubt: string;
  /** Aside, the build that serves answered as it did when it was called. */
  readonly isSettled: boolean;
}

export function trialOf(exchange: KeptExchange, outcomes: Outcomes, refused: Refused): Trial {
  const { before, after, again } = outcomes;
  const status = before.kind === "answer" ? before.answer.head.status : undefined;
  return {
    exchange,
    kind: kindOf(exchange.head),
    refused,
    differences: compareOutcomes(before, after),
    unsteady: unsteadyIn(compareOutcomes(before, again)),
    isAnswered: status !== undefined,
    doubt: `${exchange.answer.head.status}, aside ${describeOutcome(before)}`,
    isSettled: status === exchange.answer.head.status && refused.before + refused.after === 0,
  };
}

/**
 * What a rehearsal found. A place at which two answers of the build that serves differ says nothing
 * of the new one, in no answer to a request of that kind.
 */
export function judge(trials: readonly Trial[]): Omit<RehearsalReport, "recent"> {
  const unsteady = unsteadyByKind(trials);
  const answers: RehearsedAnswer[] = [];
  const doubts = new Set<string>();
  const counts = { same: 0, unsettled: 0, differing: 0, callsRefused: 0 };
  for (const trial of trials) {
    const places = [...(unsteady.get(trial.kind) ?? [])];
    const isSteady = (place: string): boolean =>
      !places.some((each) => isWithin(anyItem(place), each));
    const differences = trial.differences.filter(({ place }) => isSteady(place));
    const { isAnswered, isSettled, refused } = trial;
    counts.callsRefused += refused.before + refused.after;
    if (isAnswered && differences.length > 0 && isSteady("answer")) {
      counts.differing += 1;
      if (answers.length < answersMax) answers.push(toldOf(trial, differences));
    } else if (isSettled && isSteady("answer") && isSteady("status")) counts.same += 1;
    else {
      counts.unsettled += 1;
      if (doubts.size < doubtsMax) doubts.add(`${shorten(trial.kind)}: ${trial.doubt}`);
    }
  }
  return {
    made: trials.length,
    ...counts,
    doubts: [...doubts],
    answers,
    unsteady: unsteadyTold(unsteady),
  };
}

function unsteadyIn(differences: readonly Difference[]): readonly string[] {
  const places = differences.map(({ place }) => anyItem(place));
  // Of texts with more lines or fewer, none can be found by its number.
  const isOfOtherLength = differences.some(
    ({ place, before, after }) =>
      place.startsWith("body line") && (before === nothing || after === nothing),
  );
  return isOfOtherLength ? [...places.filter((place) => !isWithin(place, "body")), "body"] : places;
}

function unsteadyByKind(trials: readonly Trial[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const { kind, unsteady } of trials) {
    if (unsteady.length === 0) continue;
    const known = all.getOrInsertComputed(kind, () => new Set<string>());
    for (const place of unsteady) known.add(place);
  }
  return all;
}

function unsteadyTold(all: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const told = [...all].flatMap(([kind, places]) =>
    [...places].map((place) => shorten(`${kind} ${place}`)),
  );
  return told.slice(0, unsteadyMax);
}

function toldOf({ exchange, refused }: Trial, all: readonly Difference[]): RehearsedAnswer {
  const { method, target } = exchange.head;
  const differences = all
    .slice(0, placesMax)
    .map((each) => ({ ...each, place: shorten(each.place) }));
  const more = all.length - differences.length;
  return { method, target, differences, more, callsRefused: refused.after };
}
