/**
 * The prelude: what programs in JavaScript find around them. The driver (guests/script/driver.c)
 * calls `begin` once, when noos is built; from then on it calls what it is given here.
 */
import { bindNative, type Native } from "#prelude/engine";
import { defineGlobals } from "#prelude/globals";
import { onEvent, onRejection, onStart } from "#prelude/serve";

export function begin(native: Native): void {
  bindNative(native);
  defineGlobals();
  native.begin(onEvent, onRejection, onStart);
}
