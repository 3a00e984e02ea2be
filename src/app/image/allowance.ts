import { formatBytes, PlatformError } from "#core/sys";

/** How many bytes an image may bring, unpacked. */
export class Allowance {
  readonly #path: string;
  readonly #bytesMax: number;
  #leftBytes: number;

  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#leftBytes = bytesMax;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  /** Throws `IMAGE_TOO_LARGE` when so much is not left. */
  take(bytes: number): void {
    this.#leftBytes -= bytes;
    if (this.#leftBytes >= 0) return;
    const allowed = formatBytes(this.#bytesMax);
    throw new PlatformError(`cannot use the image "${this.#path}": it is over ${allowed}`, {
      code: "IMAGE_TOO_LARGE",
      hint: "leave out of the image what the program does not need, or grant it with --dir",
    });
  }
}
