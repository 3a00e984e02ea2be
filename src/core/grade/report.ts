/** How well something a program asks for is supported, from best to worst. */
export type Level = "supported" | "different" | "unsupported";

/** Where a program asks for it: the features are those of its code, its memories and its size. */
export type RowKind = "import" | "export" | "feature";

/** One thing a program asks for. */
export interface Row {
  /** `wasi_snapshot_preview1.fd_read`, `_start`, `64-bit memory`. */
  readonly subject: string;
  readonly kind: RowKind;
  readonly level: Level;
  /** What is different or missing; may be empty for what is supported. */
  readonly note: string;
  /** What to do about it; empty for what is supported. */
  readonly fix: string;
}

export interface Report {
  /** Unknown is a form of binary that this build cannot read. */
  readonly kind: "module" | "component" | "unknown";
  /** The worst level of any row. */
  readonly verdict: Level;
  /** The verdict in words: `runs, with 2 differences`. */
  readonly headline: string;
  readonly counts: Readonly<Record<Level, number>>;
  /** With one decimal; together exactly 100. */
  readonly percentages: Readonly<Record<Level, number>>;
  /** The worst first, then in the order of the program. At least one. */
  readonly rows: readonly Row[];
}

/** From worst to best: the order of a report's rows. */
export const levels: readonly Level[] = ["unsupported", "different", "supported"];

export function supported(kind: RowKind, subject: string, note = ""): Row {
  return { subject, kind, level: "supported", note, fix: "" };
}

export function different(
  kind: RowKind,
  subject: string,
  why: { readonly note: string; readonly fix: string },
): Row {
  return { subject, kind, level: "different", note: why.note, fix: why.fix };
}

export function unsupported(
  kind: RowKind,
  subject: string,
  why: { readonly note: string; readonly fix: string },
): Row {
  return { subject, kind, level: "unsupported", note: why.note, fix: why.fix };
}
