import { completeCrypto } from "#prelude/crypto";
import { native } from "#prelude/engine";
import {
  AbortController,
  AbortSignal,
  clearTimeout,
  CloseEvent,
  CustomEvent,
  ErrorEvent,
  Event,
  EventTarget,
  MessageEvent,
  setInterval,
  setTimeout,
} from "#prelude/event";
import {
  Blob,
  completeUrl,
  File,
  FormData,
  Headers,
  Request,
  Response,
  URLSearchParams,
} from "#prelude/message";
import { console, report } from "#prelude/say";
import * as streams from "#prelude/stream";
import { fetch, WebSocket, WebSocketPair } from "#prelude/talk";
import { URLPattern } from "urlpattern-polyfill";

const { concatenate: _, ...streamClasses } = streams;

/** When the process began, on its clock: asked for when it is first wanted. */
let timeOrigin: number | undefined = undefined;
let startedAt = 0;

function originOf(): number {
  if (timeOrigin === undefined) {
    timeOrigin = native.clock(0);
    startedAt = native.clock(1);
  }
  return timeOrigin;
}

const performance = {
  now: (): number => {
    originOf();
    return native.clock(1) - startedAt;
  },
  get timeOrigin(): number {
    return originOf();
  },
  toJSON: (): object => ({ timeOrigin: originOf() }),
};

/** `globalThis` gets these, as the web's globals are: writable, not enumerable. */
const globals: Readonly<Record<string, unknown>> = {
  ...streamClasses,
  AbortController,
  AbortSignal,
  Blob,
  clearInterval: clearTimeout,
  clearTimeout,
  CloseEvent,
  console,
  CustomEvent,
  ErrorEvent,
  Event,
  EventTarget,
  fetch,
  File,
  FormData,
  Headers,
  MessageEvent,
  navigator: Object.freeze({ userAgent: "noos", hardwareConcurrency: 1 }),
  performance,
  reportError: (error: unknown): void => report("uncaught", error),
  Request,
  Response,
  self: globalThis,
  setInterval,
  setTimeout,
  URLPattern,
  URLSearchParams,
  WebSocket,
  WebSocketPair,
};

export function defineGlobals(): void {
  for (const [name, value] of Object.entries(globals)) replace(globalThis, name, value);
  const { parse } = native;
  replace(JSON, "parse", parse);
  // The engine's own is seeded before there is chance, and so would be the same in every process.
  replace(Math, "random", function random(): number {
    return native.random();
  });
  completeCrypto(crypto);
  completeUrl(URL);
}

function replace(target: object, name: string, value: unknown): void {
  const how = { writable: true, configurable: true, enumerable: false };
  Object.defineProperty(target, name, { value, ...how });
}
