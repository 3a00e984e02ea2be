/** Which collection it is to be, as V8 has it; who embeds us need not have the types of Node. */
interface Collection {
  readonly type?: "major" | "minor";
  readonly flavor?: "regular" | "last-resort";
  readonly execution?: "sync" | "async";
}

/** Has what nobody holds any more given back, the memories of programs that ended among it. */
export function collectNow(): void {
  collector()({ type: "major", execution: "sync" });
}

/**
 * V8's collector of garbage, which it gives to whoever makes a context while a flag is set. The
 * context takes half a megabyte for as long as somebody holds what is answered.
 */
export function collector(): (options?: Collection) => void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const { runInNewContext } = process.getBuiltinModule("node:vm");
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options?: Collection) => void;
  setFlagsFromString("--no-expose-gc");
  return gc;
}
