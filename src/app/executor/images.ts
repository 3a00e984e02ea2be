import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { PrepareOrder, PrepareReport } from "#app/prepare-thread";
import { type ProgramFile, readProgram } from "#app/program";
import { makeProgram, type Program } from "#core/machine";
import { limits, PlatformError } from "#core/sys";
import type { Launcher } from "#core/system";
import { checkImage } from "./check-image.ts";

/** An image with its program made ready. */
export interface ReadyImage {
  readonly program: Program;
  readonly file: ProgramFile;
}

/**
 * The images that processes of this executor run, each read and made ready once. What has to be
 * made is made on a thread of its own: that of the processes goes on with them.
 */
export class Images {
  readonly #launcher: Launcher;
  readonly #folders: { readonly images: string; readonly cache: string };
  readonly #ready = new Map<string, ReadyImage>();
  readonly #making = new Map<string, Promise<ReadyImage>>();
  /**
   * By their keys: images may have one program, as all scripts do, and the engine would compile it
   * for each of them.
   */
  readonly #programs = new Map<string, Program>();

  constructor(launcher: Launcher, folders: { readonly images: string; readonly cache: string }) {
    this.#launcher = launcher;
    this.#folders = folders;
  }

  /** At once if it was used before. Throws, or rejects with, the `PlatformError` of what it is. */
  get(digest: string): ReadyImage | Promise<ReadyImage> {
    const ready = this.#ready.get(digest);
    if (ready !== undefined) return ready;
    return this.#making.getOrInsertComputed(digest, () =>
      this.#make(digest).finally(() => this.#making.delete(digest)),
    );
  }

  async #make(digest: string): Promise<ReadyImage> {
    // A colon is no part of a file name everywhere.
    const path = join(this.#folders.images, digest.replace(/^sha256:/, ""));
    await checkImage(path, digest);
    const file = await readProgram(path, {
      deed: "run",
      moduleBytesMax: limits["module-size"].max,
    });
    const ready = { program: await this.#program(file, path), file };
    this.#ready.set(digest, ready);
    return ready;
  }

  async #program(file: ProgramFile, path: string): Promise<Program> {
    const { program, nameInImage: name = "program" } = file;
    const wanted = this.#launcher.want(program, { name });
    const known = this.#programs.get(wanted.key) ?? wanted.find();
    if (known === undefined) await prepareElsewhere({ path, cacheFolder: this.#folders.cache });
    // Where nothing can be kept it is made here after all.
    const made = known ?? this.#launcher.want(program, { name }).find() ?? makeProgram(wanted);
    this.#programs.set(wanted.key, made);
    return made;
  }
}

function prepareElsewhere(workerData: PrepareOrder): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const address = new URL(import.meta.resolve("#app/prepare-thread"));
  const worker = new Worker(address, { workerData, name: "noos prepare" });
  worker.once("message", ({ failure }: PrepareReport) => {
    if (failure === undefined) resolve();
    else reject(new PlatformError(failure.message, failure));
  });
  worker.once("error", reject);
  worker.once("exit", () => resolve());
  return promise;
}
