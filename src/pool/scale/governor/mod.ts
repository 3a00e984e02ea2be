/**
 * The controllers of one endpoint put together, and what the endpoints of an executor share.
 *
 * Knows: which controller is to be told what, and which of them is asked when; no request and no
 * instance.
 * Must hold: what is told for each call costs no memory; each decision's finding is kept; a spec
 * with nothing in flight refuses nobody.
 * Never imports: a clock, chance, ingress.
 * Start reading at `governor.ts`.
 */
export type { Refused } from "#pool/scale/admission";
export { Commons, type Member } from "./commons.ts";
export { Governor, type GovernorPorts, type Moment } from "./governor.ts";
