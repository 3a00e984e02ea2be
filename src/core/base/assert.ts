/** A broken promise of our own code. Nobody catches it but the outermost loop. */
export class Defect extends Error {
  override readonly name = "Defect";
}

/** Throws a `Defect` that says `what` must hold, unless it does. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Defect(`broken invariant: ${what}`);
}

/** Marks a branch the types rule out; a new member of a union makes its call a type error. */
export function unreachable(value: never): never {
  throw new Defect(`unreachable value: ${String(value)}`);
}
