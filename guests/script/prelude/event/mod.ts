/**
 * Events of the web: targets, aborting, timers.
 *
 * Knows: how listeners are called, and which timers are set. One timer of the host serves all.
 * Must hold: a listener that throws does not keep others from being called.
 * Never imports: messages, streams.
 */
export { AbortController, AbortSignal } from "./abort.ts";
export { CloseEvent, CustomEvent, ErrorEvent, Event, MessageEvent } from "./event.ts";
export { EventTarget, handlerOf, onListenerError } from "./event-target.ts";
export { clearTimeout, ringTimers, setInterval, setTimeout } from "./timers.ts";
