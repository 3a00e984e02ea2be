/**
 * Whom to end when memory runs short.
 *
 * Knows: who is idle since when and how large; decides only, others end and hibernate.
 * Must hold: nobody with a call is chosen, nor one that a spec must keep; the idlest go first, and
 * no more than are needed.
 * Never imports: a clock, a host.
 * Start reading at `relieve.ts`.
 */
export {
  type PressureMarks,
  pressureMarks,
  type PressureView,
  relieve,
  type Relief,
  type Resident,
} from "./relieve.ts";
