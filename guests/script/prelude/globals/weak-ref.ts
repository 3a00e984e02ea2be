/** What has to live until the end of the job, for a weak reference was made of it or read. */
const kept = new Set<WeakKey>();

const EngineWeakRef: WeakRefConstructor = WeakRef;

function keep(target: WeakKey): void {
  // The next job is the first that may find it gone.
  if (kept.size === 0) queueMicrotask(() => kept.clear());
  kept.add(target);
}

/** The engine's lets go of its target as soon as nothing else has it, in the middle of a job. */
class KeepingWeakRef<T extends WeakKey> extends EngineWeakRef<T> {
  constructor(target: T) {
    super(target);
    keep(target);
  }

  override deref(): T | undefined {
    const target = super.deref();
    if (target !== undefined) keep(target);
    return target;
  }
}

export { KeepingWeakRef as WeakRef };
