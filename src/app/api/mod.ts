/**
 * The management protocol over HTTP: a server on a Unix socket, or on TCP for those with a token.
 *
 * Knows: how a request becomes a call of `Management` and its answer a response; who may ask; and
 * what one server takes at most (`bounds.ts`): nothing that is sent, or not sent, or not read,
 * keeps others waiting or grows without end.
 * Must hold: what is refused is refused with a problem document; a secret is never answered; what
 * can be asked, and its shapes, are rows of `#pool/api` and of `handlers.ts`.
 * Never imports: what does the work; that is behind `ports.ts`.
 * Start reading at `server.ts`, then `dispatch.ts`; streams of events are `followers.ts`.
 */
export type { ApiBounds } from "./bounds.ts";
export type { ApiPorts, CrashFile, CrashFiles, ImageStore } from "./ports.ts";
export { type ApiAddress, type ApiServer, serveApi } from "./server.ts";
