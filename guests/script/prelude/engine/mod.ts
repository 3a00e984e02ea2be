/**
 * What lies below the prelude: the native functions of the driver.
 *
 * Knows: their names and what they answer. Must hold: nothing here is reachable for the program.
 * Never imports: anything.
 */
export { bindNative, errno, more, native, type Native, whole } from "./native.ts";
