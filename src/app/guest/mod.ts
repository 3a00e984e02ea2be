/**
 * `import type { … } from "noos/guest"`: what a program in TypeScript exports, and what its
 * handlers are given. Types only: there is nothing to load.
 *
 * Knows: the shapes that guests/script/prelude/serve makes. The web's own types, `Request` and the
 * like, come with the compiler: set `"lib": ["esnext", "webworker"]`.
 * Never imports: anything.
 */
export type {
  Batch,
  Context,
  Environment,
  Message,
  Program,
  RetryOptions,
  ScheduledEvent,
} from "./guest.ts";
