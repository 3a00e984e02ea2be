/**
 * The apps in `examples`, made ready for this machine.
 *
 * Knows: which of their specs run programs of others or need a compiler, and how those are had;
 * that a port may be taken.
 * Must hold: what cannot be had here is said with its reason, and left out of the app; the rest of
 * it runs. Fetched and built things are kept, so that it is done once.
 * Never imports: the daemon, or a command.
 * Start reading at `prepare-shop.ts`.
 */
export { isFree, prepareShop } from "./prepare-shop.ts";
export { prepareSite } from "./prepare-site.ts";
export type { PreparedApp } from "./prepared.ts";
