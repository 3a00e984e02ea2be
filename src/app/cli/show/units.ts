const second = 1e9;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something takes, in a column: `42s`, `5m12s`, `3h4m`, `2d5h`. */
export function formatAge(ns: number): string {
  if (ns < minute) return `${Math.floor(ns / second)}s`;
  if (ns < hour) return `${Math.floor(ns / minute)}m${Math.floor((ns % minute) / second)}s`;
  if (ns < day) return `${Math.floor(ns / hour)}h${Math.floor((ns % hour) / minute)}m`;
  return `${Math.floor(ns / day)}d${Math.floor((ns % day) / hour)}h`;
}

/** Time of a processor, in a column: `0.12s`, `41.5s`, `5m12s`. */
export function formatCpu(ns: number): string {
  if (ns < 10 * second) return `${(ns / second).toFixed(2)}s`;
  return ns < minute ? `${(ns / second).toFixed(1)}s` : formatAge(ns);
}

/** A share of one core: `0.4%`, `199.0%`. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
