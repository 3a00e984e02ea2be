import { describeExit, PlatformError } from "#core/sys";
import type { CrashView, EventView } from "#pool/api";
import type { CrashRecord, Store } from "#pool/host";
import { keys, write } from "#pool/control/desired";

/** So many recordings are kept, and so many bytes of them; the oldest go first. */
const crashesMax = 100;
const crashBytesMax = 1024 ** 3;

/** The recordings of processes that failed: which there are, and which are to go. */
export class Crashes {
  readonly #store: Store;
  /** Removes the file of a recording. */
  readonly #remove: (id: string) => void;

  constructor(store: Store, remove: (id: string) => void) {
    this.#store = store;
    this.#remove = remove;
  }

  /** The latest first. */
  list(): readonly CrashView[] {
    return this.#store
      .list(keys.crashes)
      .toSorted((a, b) => b.revision - a.revision)
      .map(({ value }) => JSON.parse(value) as CrashView);
  }

  /** A full disk costs the recording, and nothing else: answers whether it was kept. */
  add(crash: CrashRecord, at: string): boolean {
    try {
      this.#add(crash, at);
      return true;
    } catch (cause) {
      if (!(cause instanceof PlatformError)) throw cause;
      this.#remove(crash.id);
      return false;
    }
  }

  #add({ id, path, reason, sizeBytes, isWhole }: CrashRecord, at: string): void {
    const app = path.split("/")[0] ?? "";
    const view: CrashView = { id, app, path, at, reason: describeExit(reason), sizeBytes, isWhole };
    const going = this.#surplus([view, ...this.list()]);
    write(this.#store, [
      { key: keys.crash(id), value: JSON.stringify(view) },
      ...going.map((old) => ({ key: keys.crash(old.id), value: undefined })),
    ]);
    for (const old of going) this.#remove(old.id);
  }

  #surplus(latestFirst: readonly CrashView[]): readonly CrashView[] {
    let bytes = 0;
    return latestFirst.filter(({ sizeBytes }, index) => {
      bytes += sizeBytes;
      // What has just been written is kept, however large it is.
      return index >= crashesMax || (index > 0 && bytes > crashBytesMax);
    });
  }
}

/** What is told of a crash. */
export function crashEvent({ id, path, reason }: CrashRecord): Omit<EventView, "position" | "at"> {
  const app = path.split("/")[0] ?? "";
  return { kind: "crash-recorded", app, path, text: describeExit(reason), crash: id };
}
