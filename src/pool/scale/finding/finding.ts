import { type Reason, reasons } from "./reasons.ts";

export type Controller =
  | "replicas"
  | "backlog"
  | "idle"
  | "limit"
  | "line"
  | "memory"
  | "trial"
  | "spread";

/** What a controller saw, what it decided and why: plain data. */
export interface Finding {
  readonly atNs: number;
  readonly by: Controller;
  /** By the name it is shown with, the unit last: `callsPerSecond`, `waitingCount`. */
  readonly saw: Readonly<Record<string, number>>;
  /** In words, as "7 instances". */
  readonly decided: string;
  readonly why: Reason;
}

/** A finding in one line: what was decided, why, and what was seen. */
export function describeFinding({ by, saw, decided, why }: Finding): string {
  return `${by}: ${decided}: ${reasons[why]}${describeSeen(saw)}`;
}

/** What was seen, in brackets after a blank; nothing where nothing was. */
export function describeSeen(saw: Finding["saw"]): string {
  const seen = Object.entries(saw).map(([name, value]) => `${words(name)} ${digits(value)}`);
  return seen.length === 0 ? "" : ` (${seen.join(", ")})`;
}

/** "readyCount" reads "ready"; a unit stays: "waitedMs" reads "waited ms". */
function words(name: string): string {
  const spaced = name.replace(/Count$/, "").replace(/[A-Z]/g, (letter) => ` ${letter}`);
  return spaced.toLowerCase();
}

function digits(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
