/**
 * Exchanges of `noos:http` as the web has them: `fetch`, bodies that come and go, WebSockets.
 *
 * Knows: which promise waits for which event. Must hold: nothing is asked again before its event;
 * a body holds one piece at a time. Never imports: what serves.
 */
export { type EventKind, eventKinds, pass, pour, pullOf, tell } from "./exchanges.ts";
export { NetworkError } from "./network-error.ts";
export { fetch } from "./fetch.ts";
export { join, WebSocket, WebSocketPair } from "./web-socket.ts";
