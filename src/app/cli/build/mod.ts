/**
 * `noos build`: a script as an image in a folder, for a deploy elsewhere or a look inside.
 *
 * Knows: where the image is written when nobody says, and what may lie there.
 * Must hold: an image is written whole or not at all; only an older image is written over.
 * Never imports: a daemon.
 * Start reading at `build.ts`.
 */
export { build } from "./build.ts";
