/**
 * The numbers of WASI preview 1: flags, kinds, rights, sizes, errors.
 *
 * Knows: how the contract spells things in bits and bytes; no behaviour at all.
 * Must hold: every number is that of `wasi_snapshot_preview1.witx`; those that `wasi_unstable` has
 * otherwise are in `layouts.ts`.
 * Never imports: anything but sys, for the names of errors.
 * Start reading at `constants.ts`.
 */
export {
  bounds,
  clockid,
  eventrwflags,
  eventtype,
  fdflags,
  filetype,
  fstflags,
  lookupflags,
  oflags,
  preopentype,
  riflags,
  rights,
  sdflags,
  sizes,
  subclockflags,
} from "./constants.ts";
export {
  type FilestatLayout,
  preview0,
  preview1,
  type Spelling,
  type SubscriptionLayout,
  type WhenceNumbers,
} from "./layouts.ts";
export { answerName, answerOf } from "./numbers.ts";
