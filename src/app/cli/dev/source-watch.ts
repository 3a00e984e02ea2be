import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** An editor writes a file in several steps: it is quiet for so long when it is done. */
const quietMs = 15;

/**
 * Watches files and directories, which need not be there yet. A file is watched by its directory,
 * for editors put a new file in place of the old one.
 */
export class SourceWatch implements Disposable {
  readonly #changed: (paths: ReadonlySet<string>) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #paths: readonly string[] = [];
  #isAnyOfUse = false;
  #noticed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** `changed` is called with what changed once it is quiet. */
  constructor(changed: (paths: ReadonlySet<string>) => void) {
    this.#changed = changed;
  }

  /**
   * Watches these and nothing else. With `isAnyOfUse` all that changes in their directories counts:
   * what somebody looks for in vain may come.
   */
  follow(paths: readonly string[], { isAnyOfUse }: { readonly isAnyOfUse: boolean }): void {
    this.#paths = paths;
    this.#isAnyOfUse = isAnyOfUse;
    const trees = paths.filter((path) => isDirectory(path));
    const folders = paths.filter((path) => !trees.includes(path)).map(nearestFolder);
    const wanted = new Map([
      ...folders.map((folder) => [folder, false] as const),
      ...trees.map((folder) => [folder, true] as const),
    ]);
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const [folder, recursive] of wanted) this.#watch(folder, recursive);
  }

  #watch(folder: string, recursive: boolean): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, { recursive }, (_kind, name) => {
      this.#notice(name === null ? folder : join(folder, name));
    });
    // A directory that is removed while it is watched: what is missing then is found by a build.
    watcher.on("error", () => this.#notice(folder));
    this.#watchers.set(folder, watcher);
  }

  #notice(path: string): void {
    const isWatched = this.#paths.some((one) => one === path || path.startsWith(one + sep));
    if (!isWatched && !this.#isAnyOfUse) return;
    this.#noticed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const noticed = this.#noticed;
      this.#noticed = new Set();
      this.#changed(noticed);
    }, quietMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The directory of a file, or the one above that where it is not there. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return isDirectory(folder) || basename(folder) === "" ? folder : nearestFolder(folder);
}
