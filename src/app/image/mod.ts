/**
 * Images: a program together with the file system it is to find.
 *
 * Knows: how an image is laid out in a directory or a tar, and what root its layers make. Nothing
 * of how an archive is read, or of what the tree of layers does.
 * Must hold: an image is hostile: what it brings is bounded, and whatever its entries say ends up
 * below the root of its own process; symbolic links of the image are never followed here.
 * Never imports: a command.
 * Start reading at `image.ts`; docs/manual/images.md is what it implements.
 */
export { type Image, readImage } from "./image.ts";
export { decodeLayer } from "./layer-codec.ts";
export { packFiles, packImage } from "./pack-image.ts";
export { imageRoot } from "./root.ts";
