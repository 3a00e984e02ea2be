/**
 * An app file of this machine with its images: what a deploy hands over, made ready.
 *
 * Knows: where an app file and its images lie, how a script becomes an image, how an image is known
 * by its content, what a daemon lacks of them, and which secrets have no value yet.
 * Must hold: what is wrong with an image is said at its place in the manifest; nothing is uploaded
 * that is there already.
 * Never imports: a command, or how things are shown.
 * Start reading at `manifest-file.ts`, then `images.ts`.
 */
export type { ImageSource } from "./image-source.ts";
export { identifyImages, imagesOf, sourceOf, type WantedImage } from "./images.ts";
export { findManifest, type ManifestFile, readManifestFile } from "./manifest-file.ts";
export { identifyNamed } from "./named-image.ts";
export { deployRequest } from "./request.ts";
export { buildScriptSource } from "./script-source.ts";
export { checkSecrets, findUnset } from "./unset-secrets.ts";
export { uploadImages, uploadNamed } from "./upload.ts";
