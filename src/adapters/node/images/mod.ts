/**
 * The images of a daemon: files in a folder, each named by the digest of its content.
 *
 * Knows: how bytes that come from elsewhere become a file under their digest.
 * Must hold: a name in the folder shows the whole content that it is the digest of, whenever the
 * machine stops; no digest names a file elsewhere; no image is larger than may be.
 * Never imports: what an image is made of.
 * Start reading at `image-folder.ts`. One daemon uses a folder at a time.
 */
export { type ImageFolder, type ImageFolderOptions, openImages } from "./image-folder.ts";
