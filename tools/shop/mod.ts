/**
 * The example app in `examples/shop`, made ready for this machine.
 *
 * Knows: which of its specs run programs of others, and how those are had; that a port may be
 * taken.
 * Must hold: what cannot be had here is said with its reason, and left out of the app; the rest of
 * it runs. Fetched and built things are kept in the cache folder, so that it is done once.
 * Never imports: the daemon, or a command.
 * Start reading at `prepare.ts`.
 */
export { type PreparedShop, prepareShop } from "./prepare.ts";
