import { describeExit } from "#core/sys";
import type { CrashView, EventView } from "#pool/api";
import type { CrashRecord, CrashShelf } from "#pool/host";

/** So many recordings are kept, and so many bytes of them; the oldest go first. */
const crashesMax = 100;
const crashBytesMax = 1024 ** 3;

/** The recordings of processes that failed: which there are, and which are to go. */
export class Crashes {
  readonly #shelf: CrashShelf;
  /** The latest first. */
  #views: readonly CrashView[];

  constructor(shelf: CrashShelf) {
    this.#shelf = shelf;
    this.#views = shelf
      .list()
      .flatMap((text) => readView(text) ?? [])
      .toSorted((a, b) => (a.at < b.at ? 1 : -1));
  }

  list(): readonly CrashView[] {
    return this.#views;
  }

  /** A full disk costs the recording, and nothing else: answers whether it was kept. */
  add({ id, path, reason, sizeBytes, isWhole }: CrashRecord, at: string): boolean {
    const app = path.split("/")[0] ?? "";
    const view: CrashView = { id, app, path, at, reason: describeExit(reason), sizeBytes, isWhole };
    if (!this.#shelf.keep(id, JSON.stringify(view))) {
      this.#shelf.remove(id);
      return false;
    }
    let bytes = 0;
    const isOver = (each: CrashView, index: number): boolean => {
      bytes += each.sizeBytes;
      // What has just been written is kept, however large it is.
      return index >= crashesMax || (index > 0 && bytes > crashBytesMax);
    };
    const all = [view, ...this.#views];
    const going = new Set(all.filter(isOver));
    for (const old of going) this.#shelf.remove(old.id);
    this.#views = all.filter((each) => !going.has(each));
    return true;
  }
}

/** What was kept of a crash, if it can be read. */
function readView(text: string): CrashView | undefined {
  try {
    const view: Partial<CrashView> = JSON.parse(text);
    const isWhole = typeof view.id === "string" && typeof view.at === "string";
    return isWhole ? (view as CrashView) : undefined;
  } catch {
    return undefined;
  }
}

/** What is told of a crash. */
export function crashEvent({ id, path, reason }: CrashRecord): Omit<EventView, "position" | "at"> {
  const app = path.split("/")[0] ?? "";
  return { kind: "crash-recorded", app, path, text: describeExit(reason), crash: id };
}
