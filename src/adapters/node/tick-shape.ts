import { createHook } from "node:async_hooks";

/** What Node makes of each `process.nextTick`, of which nobody has one but Node. */
const kept: object[] = [];

/**
 * Keeps one of the objects in which Node has what is to be done in the next tick, for good.
 *
 * Node makes some for each request, by a literal with computed keys. The engine knows the shape of
 * what such a literal makes as long as anything of that shape lives; where a collection finds none,
 * which is so whenever it comes between two ticks, it forgets it, and finding another one in its
 * place it takes the literal for one that makes all kinds of things: from then on each costs seven
 * calls into the runtime, an eighth of what a hello takes. Node says what it makes to a hook, which
 * is there for one tick.
 */
export function keepTickShape(): readonly object[] {
  if (kept.length > 0) return kept;
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === "TickObject") kept.push(resource);
    },
  }).enable();
  // Without what is to be handed over it has another shape than with it.
  process.nextTick(() => undefined);
  process.nextTick(() => undefined, 1);
  hook.disable();
  return kept;
}
