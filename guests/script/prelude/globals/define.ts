import { refuseToClone, structuredClone } from "#prelude/clone";
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
import { console, report, tellSources } from "#prelude/say";
import * as streams from "#prelude/stream";
import { fetch, WebSocket, WebSocketPair } from "#prelude/talk";
import { URLPattern } from "urlpattern-polyfill";
import { WeakRef } from "./weak-ref.ts";

const { concatenate: _, viewOf: __, ...streamClasses } = streams;

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
  [Symbol.toStringTag]: "Performance",
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
  structuredClone,
  URLPattern,
  URLSearchParams,
  WeakRef,
  WebSocket,
  WebSocketPair,
};

export function defineGlobals(): void {
  for (const [name, value] of Object.entries(globals)) replace(globalThis, name, value);
  nameClasses();
  tellSources();
  const { parse } = native;
  replace(JSON, "parse", parse);
  // The engine's own is seeded before there is chance, and so would be the same in every process.
  replace(Math, "random", function random(): number {
    return native.random();
  });
  completeCrypto(crypto);
  completeUrl(URL);
}

/** Classes of the web, the engine's too: objects say what they are, and are not cloned. */
function nameClasses(): void {
  const ofEngine = { TextDecoder, TextEncoder, URL };
  const classes: { readonly prototype: object }[] = [crypto, crypto.subtle].map((object) => ({
    prototype: Object.getPrototypeOf(object) as object,
  }));
  for (const [name, value] of Object.entries({ ...globals, ...ofEngine })) {
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    if (typeof prototype !== "object" || prototype === null) continue;
    const how = { configurable: true, enumerable: false, writable: false };
    // The bundler may have had to call it otherwise.
    Object.defineProperty(value, "name", { value: name, ...how });
    if (!Object.hasOwn(prototype, Symbol.toStringTag)) {
      Object.defineProperty(prototype, Symbol.toStringTag, { value: name, ...how });
    }
    classes.push(value as new () => object);
  }
  refuseToClone(classes);
}

function replace(target: object, name: string, value: unknown): void {
  const how = { writable: true, configurable: true, enumerable: false };
  Object.defineProperty(target, name, { value, ...how });
}
