import type { Beginning } from "#core/kernel";
import { snapshotLimits } from "./snapshot-limits.ts";

/** What processes of one build begin with. */
export type Snapshot = Extract<Beginning, { readonly kind: "restored" }>;

/** What is known of a build: its snapshot, or why there can be none. */
export type Known = Snapshot | { readonly kind: "refused"; readonly why: string };

/** What a build takes that nothing is kept of beside that. */
const rowBytes = 256;

export interface SnapshotsLimits {
  readonly heldBytesMax: number;
  readonly buildsMax: number;
}

/** Snapshots by build. All together are bounded, and the one not wanted for longest goes first. */
export class Snapshots {
  /** In the order they were last wanted. */
  readonly #known = new Map<string, Known>();
  readonly #limits: SnapshotsLimits;
  #heldBytes = 0;

  constructor(limits: SnapshotsLimits = snapshotLimits) {
    this.#limits = limits;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  find(build: string): Known | undefined {
    const known = this.#known.get(build);
    if (known === undefined) return undefined;
    this.#known.delete(build);
    this.#known.set(build, known);
    return known;
  }

  keep(build: string, known: Known): void {
    this.#drop(build);
    this.#known.set(build, known);
    this.#heldBytes += bytesOf(known);
    for (const oldest of this.#known.keys()) {
      const { heldBytesMax, buildsMax } = this.#limits;
      if (this.#heldBytes <= heldBytesMax && this.#known.size <= buildsMax) break;
      this.#drop(oldest);
    }
  }

  #drop(build: string): void {
    const known = this.#known.get(build);
    if (known === undefined) return;
    this.#known.delete(build);
    this.#heldBytes -= bytesOf(known);
  }
}

function bytesOf(known: Known): number {
  if (known.kind === "refused") return rowBytes;
  return known.state.heldBytes + (known.calls.length + 1) * rowBytes;
}
