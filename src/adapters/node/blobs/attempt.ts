/**
 * What `deed` answers, or `undefined` when the file system refuses. A cache that cannot be used
 * costs time and nothing else, so that why it refuses makes no difference.
 */
export function attempt<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
