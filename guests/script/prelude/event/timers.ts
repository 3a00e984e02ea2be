import { native } from "#prelude/engine";

/** The one timer of the host that all timers here share. */
const timerId = 1;

interface Timer {
  readonly id: number;
  readonly callback: () => void;
  readonly every: number | undefined;
  readonly dueAt: number;
}

/** In the order in which they ring; among those due at once, in that in which they were set. */
const waiting: Timer[] = [];
const intervalMsMin = 1;
/** As in browsers and Node: longer ones ring at once. */
const delayMsMax = 2 ** 31 - 1;
let lastId = 0;

export function setTimeout(callback: unknown, ms?: unknown, ...args: unknown[]): number {
  return add(callback, delayOf(ms), undefined, args);
}

export function setInterval(callback: unknown, ms?: unknown, ...args: unknown[]): number {
  const every = Math.max(intervalMsMin, delayOf(ms));
  return add(callback, every, every, args);
}

/** Takes the number of either kind; harmless for one that is not set. */
export function clearTimeout(id: unknown): void {
  const place = waiting.findIndex((timer) => timer.id === Number(id));
  if (place < 0) return;
  waiting.splice(place, 1);
  if (place === 0) arm();
}

/** The host's timer rang: calls back those that are due. */
export function ringTimers(report: (error: unknown) => void): void {
  const now = native.clock(1);
  for (let next = waiting[0]; next !== undefined && next.dueAt <= now; next = waiting[0]) {
    waiting.shift();
    if (next.every !== undefined) insert({ ...next, dueAt: now + next.every });
    try {
      next.callback();
    } catch (error) {
      report(error);
    }
  }
  arm();
}

function delayOf(ms: unknown): number {
  const delay = Number(ms);
  return delay > 0 && delay <= delayMsMax ? delay : 0;
}

function add(callback: unknown, ms: number, every: number | undefined, args: unknown[]): number {
  if (typeof callback !== "function") throw new TypeError("a timer takes a function");
  const id = ++lastId;
  const bound = (): unknown => callback(...args);
  insert({ id, callback: bound, every, dueAt: native.clock(1) + ms });
  if (waiting[0]?.id === id) arm();
  return id;
}

function insert(timer: Timer): void {
  let place = waiting.length;
  while (place > 0 && (waiting[place - 1] as Timer).dueAt > timer.dueAt) place -= 1;
  waiting.splice(place, 0, timer);
}

function arm(): void {
  const next = waiting[0];
  if (next === undefined) native.cancel(timerId);
  else native.timer(timerId, Math.max(0, next.dueAt - native.clock(1)));
}
