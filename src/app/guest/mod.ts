/**
 * `import type { … } from "noos/guest"`: what a program in TypeScript exports, and what its
 * handlers are given; with it comes what is global beside the web. Types only: there is nothing to
 * load.
 *
 * Knows: the shapes that guests/script/prelude/serve makes. The web's own types, `Request` and the
 * like, come with the compiler: set `"lib": ["esnext", "webworker"]`.
 * Never imports: anything.
 */
// With it come the names that are global.
export type { AcceptingSocket } from "./globals.ts";

export type {
  Batch,
  Context,
  Environment,
  Message,
  Program,
  RetryOptions,
  ScheduledEvent,
} from "./guest.ts";
