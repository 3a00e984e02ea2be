import type { DirectoryEntry } from "#core/vfs";
import type { Descriptor } from "./descriptor.ts";

/** What all listings of a process may hold together, but for the newest: that one may be longer. */
export const listedEntriesMax = 262_144;

type Listing = readonly DirectoryEntry[];

/**
 * The listings a process is in the middle of reading, one for each directory descriptor, so that
 * its cookies stay true. They lie in the host's memory and a guest may begin as many as it has
 * descriptors: when they hold too much, those begun first are forgotten, and whoever reads on in
 * one of them gets a new one.
 */
export class Listings {
  /** In the order they were begun. */
  #held: Map<Descriptor, Listing> | undefined = undefined;
  #entryCount = 0;

  /** The listing that the reader of `descriptor` is in the middle of, if it is still held. */
  of(descriptor: Descriptor): Listing | undefined {
    return this.#held?.get(descriptor);
  }

  /** Holds a new listing for `descriptor`, in place of the one it may have had. */
  begin(descriptor: Descriptor, listing: Listing): void {
    this.end(descriptor);
    const held = (this.#held ??= new Map<Descriptor, Listing>());
    held.set(descriptor, listing);
    this.#entryCount += listing.length;
    for (const oldest of held.keys()) {
      if (this.#entryCount <= listedEntriesMax || oldest === descriptor) return;
      this.end(oldest);
    }
  }

  /** Forgets the listing of a descriptor that is closed, or has it no more. */
  end(descriptor: Descriptor): void {
    this.#entryCount -= this.of(descriptor)?.length ?? 0;
    this.#held?.delete(descriptor);
  }

  endAll(): void {
    this.#held = undefined;
    this.#entryCount = 0;
  }
}
