import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { giveBackWhenIdle, nodeExecutor } from "#adapters/node";
import { newSealingKey, openCrashFolder } from "#adapters/node/crashes";
import { whyNoDirectory } from "#adapters/node/directory";
import { executorProcesses } from "#adapters/node/executors";
import { openImages } from "#adapters/node/images";
import { openStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { type ApiAddress, type ApiServer, serveApi } from "#app/api";
import type { ExecutorStart } from "#app/executor";
import { exportMetrics } from "#app/export";
import { Control } from "#pool/control";
import type { ExecutorHost, Seal } from "#pool/host";
import { type DataFolders, foldersOf, makeFolders } from "./folders.ts";
import { programFolders } from "./program-folders.ts";
import { sealOf } from "./sealed.ts";

export interface DaemonOptions {
  readonly dataFolder: string;
  /** Where the protocol is served. */
  readonly addresses: readonly ApiAddress[];
  readonly executorsMax: number;
  /** Where metrics are sent, if anywhere. */
  readonly otlpEndpoint: string | undefined;
  readonly version: string;
  /** Somebody asked it to end. */
  readonly down: () => void;
  /** A bug of ours showed; what runs goes on. */
  readonly failed: (error: unknown) => void;
}

/** A daemon that serves. */
export interface Daemon {
  /** The ports the system chose, in the order of the addresses; of a Unix socket there is none. */
  readonly ports: readonly (number | undefined)[];
  /** Ends all processes in their order, and serves no more. What is wanted stays wanted. */
  close(): Promise<void>;
}

/**
 * Starts a daemon on a data folder, and all that is wanted there. Throws `STATE_IN_USE`,
 * `STATE_DAMAGED`, `STATE_VERSION`, `STATE_NOT_WRITABLE`, `STATE_KEY_MISSING`, `STATE_EXPOSED`,
 * `LISTEN_FAILED`.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  await using opened = new AsyncDisposableStack();
  const folders = foldersOf(resolve(options.dataFolder));
  const lock = lockFolder(folders.data);
  opened.defer(() => lock.release());
  makeFolders(folders);
  const store = openStore(folders.state);
  opened.defer(() => store.close());
  const images = openImages(folders.images);
  const seal = sealOf(folders, store);
  const crashes = openCrashFolder(folders.crashes, seal);
  const { clock, turns } = nodeExecutor();
  const control = new Control({
    clock,
    turns,
    store,
    seal,
    timeOfDay: () => new Date().toISOString(),
    chance: Math.random,
    executors: executorsFor(folders, seal),
    executorsMax: options.executorsMax,
    hasImage: (digest) => images.has(digest),
    whyNoDirectory,
    crashes: crashes.shelf,
    origin: randomBytes(4).toString("hex"),
    self: () => ({
      version: options.version,
      pid: process.pid,
      dataFolder: folders.data,
      memoryBytes: process.memoryUsage.rss(),
    }),
  });
  const servers: ApiServer[] = [];
  for (const address of options.addresses) {
    const server = await serveApi(
      {
        management: control,
        images: {
          has: (digest) => images.has(digest),
          put: (digest, bytes) => images.put(bytes, digest),
        },
        crashes,
        down: options.down,
        failed: options.failed,
      },
      address,
    );
    opened.defer(() => server.close());
    servers.push(server);
  }
  if (options.otlpEndpoint !== undefined) {
    const exporter = exportMetrics(control, turns, { endpoint: options.otlpEndpoint });
    opened.defer(() => exporter.stop());
  }
  control.open();
  opened.defer(() => control.close());
  const idle = giveBackWhenIdle();
  opened.defer(() => idle.stop());
  const open = opened.move();
  return {
    ports: servers.map(({ port }) => port),
    close: () => open.disposeAsync(),
  };
}

function executorsFor({ images, programs, crashes }: DataFolders, seal: Seal): ExecutorHost {
  const entry = new URL(import.meta.resolve("#app/executor"));
  const compiled = process.env["NODE_COMPILE_CACHE"];
  return executorProcesses({
    entry,
    start: (): ExecutorStart => ({
      images,
      cache: programs,
      crashes: { folder: crashes, key: newSealingKey(seal) },
    }),
    reach: {
      readable: [...programFolders(entry), images],
      writable: [programs, crashes, ...(compiled === undefined ? [] : [compiled])],
    },
    environment: compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled },
  });
}
