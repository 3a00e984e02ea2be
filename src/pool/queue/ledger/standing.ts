import type { MessageView } from "./message.ts";

/** Messages by where they stand, as an operator names it. One behind its key is ready, too. */
export type Standing = "ready" | "delayed" | "leased" | "dead";

export function standingOf({ stage }: MessageView, nowMs: number): Standing {
  if (stage.kind !== "waiting") return stage.kind;
  return stage.dueAtMs <= nowMs ? "ready" : "delayed";
}
