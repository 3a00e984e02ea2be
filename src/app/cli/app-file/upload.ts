import { formatBytes, PlatformError } from "#core/sys";
import type { Daemon } from "#app/cli/ask";
import { ImageProblem, type ImageSource } from "./image-source.ts";
import { imageProblem } from "./images.ts";
import type { ManifestFile } from "./manifest-file.ts";
import { namedImageProblem } from "./named-image.ts";

/** So many images are asked for at once. */
const askedAtOnceMax = 8;

/** Who is told how an upload goes on. */
export interface UploadListener {
  /** What is being done at the moment. */
  show(text: string): void;
  /** Something that was done. */
  say(text: string): void;
}

type ImageDaemon = Pick<Daemon, "hasImage" | "putImage">;

interface Upload {
  readonly images: readonly ImageSource[];
  readonly progress: UploadListener;
}

/**
 * Uploads what the daemon lacks. Throws a `ManifestError` for an image that has gone or changed
 * since it was looked at.
 */
export async function uploadImages(
  daemon: ImageDaemon,
  file: ManifestFile,
  upload: Upload,
): Promise<void> {
  const refuse = (image: string, why: string): Error =>
    file.errorOf([imageProblem(file, image, why)]);
  await uploadEach(daemon, upload, refuse);
}

/** The same for images that somebody named. Throws `FILE_NOT_READABLE`. */
export async function uploadNamed(daemon: ImageDaemon, upload: Upload): Promise<void> {
  await uploadEach(daemon, upload, namedImageProblem);
}

async function uploadEach(
  daemon: ImageDaemon,
  { images, progress }: Upload,
  refuse: (image: string, why: string) => Error,
): Promise<void> {
  for (const image of await findLacking(daemon, images)) {
    try {
      await daemon.putImage(image.digest, shownAsRead(image, progress));
    } catch (error) {
      const why = whyUnusable(error);
      if (why === undefined) throw error;
      throw refuse(image.name, why);
    }
    progress.say(`uploaded ${image.name}, ${formatBytes(image.sizeBytes)}`);
  }
}

/** Each content once, in the order of the manifest. */
async function findLacking(
  daemon: ImageDaemon,
  images: readonly ImageSource[],
): Promise<readonly ImageSource[]> {
  const byDigest = new Map(images.map((image) => [image.digest, image]));
  const unknown = [...byDigest.values()];
  const lacking = new Set<ImageSource>();
  const rest = unknown.values();
  const ask = async (): Promise<void> => {
    for (const image of rest) if (!(await daemon.hasImage(image.digest))) lacking.add(image);
  };
  await Promise.all(Array.from({ length: askedAtOnceMax }, ask));
  return unknown.filter((image) => lacking.has(image));
}

async function* shownAsRead(
  image: ImageSource,
  progress: UploadListener,
): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  for await (const piece of image.bytes()) {
    yield piece;
    readBytes += piece.length;
    const part = `${formatBytes(readBytes)} of ${formatBytes(image.sizeBytes)}`;
    progress.show(`uploading ${image.name}: ${part}`);
  }
}

function whyUnusable(error: unknown): string | undefined {
  if (error instanceof ImageProblem) return error.message;
  const isOther = error instanceof PlatformError && error.code === "IMAGE_MALFORMED";
  return isOther ? "which changed while it was being uploaded" : undefined;
}
