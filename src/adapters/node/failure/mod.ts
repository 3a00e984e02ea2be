/**
 * What a failed call of Node means to a guest.
 *
 * Knows: the names of failures in Node, in the system and in the resolver.
 * Must hold: a failure of the world becomes an `Errno`; a mistake of our own goes on flying.
 * Never imports: anything but sys.
 */
export { brokenOff, codeOf, errnoOf } from "./failure.ts";
