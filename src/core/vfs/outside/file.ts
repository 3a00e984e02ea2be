import type { HostHandle, OutsideDirectory } from "#core/host";
import { type Errno, errno } from "#core/sys";
import type { OpenFile, Stat, Times } from "#core/vfs";

/** An open file of the host. Whether it may be written was decided when it was opened. */
export class OutsideFile implements OpenFile {
  readonly kind = "regular" as const;
  readonly #port: OutsideDirectory;
  readonly #handle: HostHandle;

  constructor(port: OutsideDirectory, handle: HostHandle) {
    this.#port = port;
    this.#handle = handle;
  }

  stat(): Stat | Errno {
    return this.#port.statHandle(this.#handle);
  }

  setTimes(times: Times): Errno | undefined {
    // A file that was opened for reading could have its times set all the same.
    if (this.#port.readOnly) return errno.EROFS;
    return this.#port.setTimes(this.#handle, times);
  }

  read(target: Uint8Array, position: number): number | Errno {
    return this.#port.read(this.#handle, target, position);
  }

  write(bytes: Uint8Array, position: number): number | Errno {
    return this.#port.write(this.#handle, bytes, position);
  }

  truncate(sizeBytes: number): Errno | undefined {
    return this.#port.truncate(this.#handle, sizeBytes);
  }

  sync(): Errno | undefined {
    return this.#port.sync(this.#handle);
  }

  close(): void {
    this.#port.close(this.#handle);
  }
}
