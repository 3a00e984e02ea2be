/**
 * What the driver gives: see guests/script/driver.c. A number below zero is minus the errno of
 * WASI preview 1.
 */
export interface Native {
  /** Method, scheme, authority, target, then names and values; or status, then those. */
  head(exchange: number): string | number;
  /** What came of the body; empty at its end. */
  read(exchange: number): Uint8Array<ArrayBuffer> | number;
  respond(
    exchange: number,
    head: string,
    body: string | Uint8Array | undefined,
    how: typeof more | typeof whole,
  ): number;
  /** Writes from `from` on, and answers how many bytes. */
  write(exchange: number, bytes: Uint8Array, from: number): number;
  finish(exchange: number): number;
  /** Makes a request, and answers its exchange. */
  request(head: string, hasBody: 0 | 1, deadlineMs: number): number;
  /** Answers with the body of the answer to a request that was made, whose exchange is `made`. */
  pass(exchange: number, made: number, head: string): number;
  close(exchange: number): number;
  /** Answers with a WebSocket. */
  accept(exchange: number, head: string): number;
  /** A message; an array of code and reason once it is closed. */
  receive(
    exchange: number,
  ): string | Uint8Array<ArrayBuffer> | readonly [code: number, reason: string] | number;
  send(exchange: number, content: string | Uint8Array): number;
  /** Sends the closing of a WebSocket. */
  hangUp(exchange: number, code: number, reason: string): number;
  /** Rings once, in place of when it was to ring before. */
  timer(id: number, ms: number): number;
  cancel(id: number): number;
  /** Milliseconds: 0 for those since 1970, 1 for those that only go on. */
  clock(which: 0 | 1): number;
  random(): number;
  /** A sum of bytes that follow others, whose sum `before` is: 0 for CRC-32, 1 for Adler-32. */
  sum(which: 0 | 1, before: number, bytes: Uint8Array): number;
  /** JSON.parse, but for values nested so deeply that the stack would not do. */
  readonly parse: (text: string, reviver?: unknown) => unknown;
  print(fd: 1 | 2, text: string): void;
  /** NAME=value, each ended by a NUL. */
  environment(): string;
  isProxy(value: object): boolean;
  /** A file at the root of the image. */
  file(path: string): string | undefined;
  exit(code: number): never;
  /** What the driver calls from now on. */
  begin(
    onEvent: (what: number, subject: number, head: string | number | undefined) => void,
    onRejection: (promise: object, reason: unknown, isHandled: boolean) => void,
    onStart: (namespace: unknown, evaluated: Promise<unknown>) => void,
  ): void;
}

/** An answer whose body is still to be written; and one that is all there is, and is let go. */
export const more = 1;
export const whole = 2;

/** Set before anything is called. */
export let native: Native;

export function bindNative(given: Native): void {
  native = given;
}

/** Those that the prelude tells apart. */
export const errno = {
  again: -6,
  pipe: -64,
  range: -68,
  notFound: -44,
  refused: -14,
  timedOut: -73,
} as const;
