/** What `web` sends and `worker` does. */
export interface Job {
  readonly to: string;
  readonly text: string;
}

/** Whether it is a job; whatever somebody sent may be here. */
export function isJob(value: unknown): value is Job {
  if (typeof value !== "object" || value === null) return false;
  const { to, text } = value as Partial<Record<keyof Job, unknown>>;
  return typeof to === "string" && typeof text === "string";
}
