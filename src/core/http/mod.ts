/**
 * What a head of HTTP may say, and what of it goes on to the other side.
 *
 * Knows: the grammar of field names and values, hosts and targets (RFC 9110, RFC 9112), which
 * fields are of one hop only, what is added for a program: an id, a trace, who asked.
 * Must hold: pure; a head that leaves here is well formed, names one host, has no field of a hop
 * and none that another hop could take for the end of a body; what a client claims about who it is
 * goes on only where it is trusted.
 * Never imports: anything but core/sys, core/host and its ports of traffic; no socket.
 * Start reading at `request-head.ts`.
 */
export { FieldNames, isFieldValue, isOwnName, isToken } from "./field-names.ts";
export { describePeer, type Peer } from "./peer.ts";
export { type RawHead, type ReadHead, readHead, type HeadRefusal } from "./request-head.ts";
export { endToEnd, outgoingHead, type OutgoingHead } from "./outgoing-head.ts";
export { allowsBody, sendableHead, type SendableHead } from "./response-head.ts";
export type { IdSource } from "./identity.ts";
