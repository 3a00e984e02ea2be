import { assert } from "#core/base";
import type { Store, StoreChange } from "#pool/host";

/** Makes changes that depend on nothing; answers their revision. Throws `STATE_NOT_WRITABLE`. */
export function write(store: Store, changes: readonly StoreChange[]): number {
  const revision = store.write(changes);
  assert(revision !== undefined, "a write that expects nothing is made");
  return revision;
}
