import type { Finding } from "#pool/scale/finding";

/** An instance that might make room. */
export interface Resident<Id> {
  readonly id: Id;
  readonly spec: string;
  readonly memoryBytes: number;
  /** Since its last call was answered; `undefined` while it has calls, and when it leaves. */
  readonly idleSinceNs: number | undefined;
  /** It is on its way out, and what it has will be free without anything else. */
  readonly isLeaving?: boolean;
}

export interface PressureView<Id> {
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly residents: Iterable<Resident<Id>>;
  /** How many a spec must keep, by its name; none where it is not in here. */
  readonly leastOf: ReadonlyMap<string, number>;
}

/**
 * Parts of the limit: above the high mark, instances are ended until it is below the low one. Above
 * the near one, it may not be long until then.
 */
export interface PressureMarks {
  readonly high: number;
  readonly low: number;
  readonly near: number;
}

export const pressureMarks: PressureMarks = { high: 0.9, low: 0.8, near: 0.6 };

export interface Relief<Id> {
  /** To be ended or hibernated, in this order. */
  readonly leave: readonly Id[];
  readonly freedBytes: number;
  readonly finding: Finding;
}

/**
 * Whom to end when memory runs short: those without a call, the longest idle first, and of two that
 * are idle as long the larger. What a spec must keep stays, and who has a call is never touched: if
 * that is not enough, the finding says so, and admission has to hold callers back.
 */
export function relieve<Id>(
  nowNs: number,
  view: PressureView<Id>,
  marks: PressureMarks = pressureMarks,
): Relief<Id> {
  const { usedBytes, limitBytes } = view;
  const isHigh = usedBytes > marks.high * limitBytes;
  const wantedBytes = isHigh ? usedBytes - marks.low * limitBytes : 0;
  const { leave, freedBytes } = isHigh ? choose(view, wantedBytes) : { leave: [], freedBytes: 0 };
  const isStuck = isHigh && usedBytes - freedBytes > marks.high * limitBytes;
  const why = isStuck ? "memory-stuck" : isHigh ? "memory-high" : "memory-fine";
  return {
    leave,
    freedBytes,
    finding: {
      atNs: nowNs,
      by: "memory",
      saw: { usedPercent: (100 * usedBytes) / limitBytes, freedMb: freedBytes / 1e6 },
      decided: leave.length === 0 ? "nobody is ended" : `${leave.length} are ended`,
      why,
    },
  };
}

function choose<Id>(
  { residents, leastOf }: PressureView<Id>,
  wantedBytes: number,
): { readonly leave: readonly Id[]; readonly freedBytes: number } {
  const all = [...residents];
  const left = new Map<string, number>();
  for (const { spec } of all) left.set(spec, (left.get(spec) ?? 0) + 1);
  const leave: Id[] = [];
  let freedBytes = 0;
  for (const { id, spec, memoryBytes } of idlestFirst(all)) {
    if (freedBytes >= wantedBytes) break;
    const count = left.get(spec) ?? 0;
    if (count <= (leastOf.get(spec) ?? 0)) continue;
    left.set(spec, count - 1);
    leave.push(id);
    freedBytes += memoryBytes;
  }
  return { leave, freedBytes };
}

function idlestFirst<Id>(residents: readonly Resident<Id>[]): readonly Resident<Id>[] {
  const since = ({ idleSinceNs }: Resident<Id>): number => idleSinceNs ?? Infinity;
  return residents
    .filter(({ idleSinceNs }) => idleSinceNs !== undefined)
    .toSorted((a, b) => since(a) - since(b) || b.memoryBytes - a.memoryBytes);
}
