import type { Visitor } from "./visitor.ts";

/** A sentence about every file system, and how to see that it is true. */
export interface Case {
  readonly name: string;
  /** What the file system must allow; "nothing" is true of all. */
  readonly needs: "nothing" | "changes" | "no changes";
  readonly see: (visitor: Visitor) => void;
}

/** Cases that only look at what is there. */
export function looking(name: string, see: Case["see"]): Case {
  return { name, needs: "nothing", see };
}

/** Cases that make, change or remove something. */
export function changing(name: string, see: Case["see"]): Case {
  return { name, needs: "changes", see };
}

/** Cases about what a read-only file system refuses. */
export function refusing(name: string, see: Case["see"]): Case {
  return { name, needs: "no changes", see };
}
