/**
 * Read-only layers, laid upon each other into one tree.
 *
 * Knows: entries (path, kind, bytes or target), what hides what, and the tree they make.
 * Must hold: entries are hostile: whatever they say, each ends up below the root or is refused
 * with an error that names it; no symbolic link is followed while building. The bytes of files
 * are the entries' own, not copies.
 * Never imports: another file system, or a format of archives (adapters make the entries).
 * Start reading at `build.ts`.
 */
export { layerTree } from "./build.ts";
export { type LayerEntry, namesOf } from "./entry.ts";
