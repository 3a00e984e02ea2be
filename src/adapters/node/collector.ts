/** Has what nobody holds any more given back, the memories of programs that ended among it. */
export function collectNow(): void {
  collector()({ type: "major", execution: "sync" });
}

/**
 * V8's collector of garbage, which it gives to whoever makes a context while a flag is set. The
 * context takes half a megabyte for as long as somebody holds what is answered.
 */
export function collector(): (options?: NodeJS.GCOptions) => void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const { runInNewContext } = process.getBuiltinModule("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options?: NodeJS.GCOptions) => void;
  setFlagsFromString("--no-expose-gc");
  return gc;
}
