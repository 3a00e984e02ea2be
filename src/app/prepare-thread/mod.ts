/**
 * The thread that makes a program ready: it reads an image, instruments its program and keeps the
 * result where its maker finds it.
 *
 * Knows: the messages between the two. It does its work when it is loaded as a worker, which only
 * `#app/executor` does, by its address.
 * Must hold: one message, whatever happens.
 * Never imports: a kernel, a command.
 */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { diskBlobs, nodeExecutor, nodeOutside } from "#adapters/node";
import { readProgram } from "#app/program";
import { makeProgram } from "#core/machine";
import { type ErrorCode, limits, PlatformError } from "#core/sys";
import { Launcher } from "#core/system";

/** What the thread is given to work on. */
export interface PrepareOrder {
  /** Of the image. */
  readonly path: string;
  readonly cacheFolder: string;
}

/** What came of it. */
export interface PrepareReport {
  readonly failure?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint: string;
  };
}

if (!isMainThread) parentPort?.postMessage(await work(workerData as PrepareOrder));

async function work({ path, cacheFolder }: PrepareOrder): Promise<PrepareReport> {
  try {
    const file = await readProgram(path, {
      deed: "run",
      moduleBytesMax: limits["module-size"].max,
    });
    const blobs = diskBlobs(cacheFolder);
    const launcher = new Launcher({ ...nodeExecutor(), outside: nodeOutside(), blobs });
    makeProgram(launcher.want(file.program, { name: file.nameInImage ?? "program" }));
    return {};
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    const { code, message, hint } = cause;
    return { failure: { code, message, hint } };
  }
}
