/**
 * What is wanted of an app, as it is kept in the store, and what follows from it for a process.
 *
 * Knows: how a deploy is read and kept, which processes a new image or folder starts anew, secrets
 * and what keeps them, what was reverted, the order that an executor is given. Nothing that runs.
 * Must hold: what is wanted was checked before it is kept; no secret leaves but to a process.
 * Never imports: a tree, an executor.
 * Start reading at `desired-app.ts`.
 */
export { decodeDesired, type DesiredApp, encodeDesired, keys } from "./desired-app.ts";
export {
  buildOf,
  carryHolds,
  directoriesIn,
  type Hold,
  type KeptBuild,
  withHold,
} from "./holds.ts";
export { orderOf, leaseOf } from "./orders.ts";
export { refuseOwnFolder } from "./own-folder.ts";
export { rebuiltIn, restartedBy, servedAnew } from "./rebuilt.ts";
export { type Present, readRequest, readScale } from "./requests.ts";
export { forgetSecrets, Secrets, secretsIn } from "./secrets.ts";
export { refuseTakenRoutes, servedRoutesOf, tcpRoutesOf } from "./taken-routes.ts";
export { write } from "./write.ts";
