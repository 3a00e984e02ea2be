import { type LimitName, limits } from "#core/sys";
import { type QueueLimitName, queueLimits } from "#pool/queue/ledger";

/** Units from the largest to one; the first that divides a number leaves nothing out. */
const durationUnits: readonly (readonly [unit: string, size: bigint])[] = [
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["ns", 1n],
];

const byteUnits: readonly (readonly [unit: string, size: bigint])[] = [
  ["GiB", 2n ** 30n],
  ["MiB", 2n ** 20n],
  ["KiB", 2n ** 10n],
  ["B", 1n],
];

/** What `parseLimit` reads as this value, and nothing else. */
export function exactLimit(name: LimitName, value: number): string {
  const { unit } = limits[name];
  if (unit === "bytes") return exact(value, byteUnits);
  return unit === "ns" ? exactDuration(value) : String(value);
}

export function exactDuration(ns: number): string {
  return exact(ns, durationUnits);
}

function exact(value: number, units: typeof byteUnits): string {
  const whole = BigInt(value);
  const [unit, size] = units.find(([, size]) => whole % size === 0n && whole !== 0n) ?? ["", 1n];
  const name = unit === "" ? (units.at(-1)?.[0] ?? "") : unit;
  return `${whole / size}${name}`;
}

/** What a bound of a queue is written as. */
export function exactQueueLimit(name: QueueLimitName, value: number): string {
  const { unit } = queueLimits[name];
  if (unit === "bytes") return exact(value, byteUnits);
  return unit === "ms" ? exactDuration(value * 1e6) : String(value);
}
