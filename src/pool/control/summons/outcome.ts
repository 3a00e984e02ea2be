import type { Again, SummonsOutcome } from "#pool/host/summons";
import type { Delivery } from "#pool/queue";

/** Messages by what is to be done with them. */
export interface Became {
  readonly done: Delivery[];
  /** To come again after their pause. */
  readonly back: Delivery[];
  readonly later: (readonly [Delivery, delayMs: number])[];
  /** Nobody had them. */
  readonly untouched: Delivery[];
}

/** Adds to `became` what became of the messages of one request. */
export function becameOf(
  deliveries: readonly Delivery[],
  outcome: SummonsOutcome,
  became: Became,
): void {
  const { done, back, later, untouched } = became;
  if (outcome.kind === "untouched") untouched.push(...deliveries);
  else if (outcome.kind === "failed") back.push(...deliveries);
  else if (Math.floor(outcome.status / 100) !== 2) {
    const { retryAfterNs } = outcome;
    if (retryAfterNs === undefined) back.push(...deliveries);
    else later.push(...deliveries.map((delivery) => [delivery, retryAfterNs / 1e6] as const));
  } else if (outcome.again === undefined) done.push(...deliveries);
  else split(deliveries, outcome.again, became);
}

/** An answer about messages that were not in the batch is none: all of it comes again. */
function split(
  deliveries: readonly Delivery[],
  again: readonly Again[],
  { done, back, later }: Became,
): void {
  const asked = new Map(again.map((one) => [one.message, one]));
  const ids = new Set(deliveries.map(({ id }) => id));
  if (again.some(({ message }) => !ids.has(message))) {
    back.push(...deliveries);
    return;
  }
  for (const delivery of deliveries) {
    const one = asked.get(delivery.id);
    if (one === undefined) done.push(delivery);
    else if (one.afterNs === undefined) back.push(delivery);
    else later.push([delivery, one.afterNs / 1e6]);
  }
}
