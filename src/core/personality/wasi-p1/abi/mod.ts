/**
 * The numbers of WASI preview 1: flags, kinds, rights, sizes, errors.
 *
 * Knows: how the contract spells things in bits and bytes; no behaviour at all.
 * Must hold: every number is that of `wasi_snapshot_preview1.witx`.
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
  whence,
} from "./constants.ts";
export { answerName, answerOf } from "./numbers.ts";
