import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { giveBackWhenIdle, nodeExecutor } from "#adapters/node";
import { newSealingKey, openCrashFolder } from "#adapters/node/crashes";
import { whyNoDirectory } from "#adapters/node/directory";
import { executorProcesses } from "#adapters/node/executors";
import { openImages } from "#adapters/node/images";
import { calendar } from "#adapters/calendar";
import { openStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { openLogs } from "#adapters/sqlite/log";
import { type ApiAddress, type ApiServer, serveApi } from "#app/api";
import type { ExecutorStart } from "#app/executor";
import { exportMetrics } from "#app/export";
import type { Turns } from "#core/host";
import { Control } from "#pool/control";
import type { ExecutorHost, Seal } from "#pool/host";
import { CertificateWatch } from "./certificate-watch.ts";
import { ExecutorSockets } from "./executor-sockets.ts";
import { type DataFolders, foldersOf, makeFolders } from "./folders.ts";
import { programFolders } from "./program-folders.ts";
import { openWaysIn, type SecureWayInOptions, type WayInOptions, type WaysIn } from "./way-in.ts";
import { TcpAddresses } from "./tcp-addresses.ts";
import { sealOf } from "./sealed.ts";

export interface DaemonOptions {
  readonly dataFolder: string;
  /** Where the protocol is served. */
  readonly addresses: readonly ApiAddress[];
  /** Where requests come in for what serves; nowhere without. */
  readonly http: WayInOptions | undefined;
  /** The same for TLS. */
  readonly https: SecureWayInOptions | undefined;
  readonly executorsMax: number;
  /** Where metrics are sent, if anywhere. */
  readonly otlpEndpoint: string | undefined;
  readonly version: string;
  /** Somebody asked it to end. */
  readonly down: () => void;
  /** A bug of ours showed; what runs goes on. */
  readonly failed: (error: unknown) => void;
}

type Images = ReturnType<typeof openImages>;
type CrashFolder = ReturnType<typeof openCrashFolder>;

/** A daemon that serves. */
export interface Daemon {
  /** The ports the system chose, in the order of the addresses; of a Unix socket there is none. */
  readonly ports: readonly (number | undefined)[];
  readonly waysIn: Pick<WaysIn, "http" | "https">;
  /** Ends all processes in their order, and serves no more. What is wanted stays wanted. */
  close(): Promise<void>;
}

/**
 * Starts a daemon on a data folder, and all that is wanted there. Throws `STATE_IN_USE`,
 * `STATE_DAMAGED`, `STATE_VERSION`, `STATE_NOT_WRITABLE`, `STATE_KEY_MISSING`, `STATE_EXPOSED`,
 * `LISTEN_FAILED`, `CERTIFICATE_INVALID`.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  await using opened = new AsyncDisposableStack();
  const folders = foldersOf(resolve(options.dataFolder));
  const lock = lockFolder(folders.data);
  opened.defer(() => lock.release());
  makeFolders(folders);
  const store = openStore(folders.state);
  opened.defer(() => store.close());
  const logs = openLogs(folders.queues);
  opened.defer(() => logs.close());
  const images = openImages(folders.images);
  const seal = sealOf(folders, store);
  const crashes = openCrashFolder(folders.crashes, seal);
  const waysIn = await openWaysIn(options, folders.certificates);
  for (const bound of waysIn.bound) opened.defer(() => bound.close());
  const { clock, turns } = nodeExecutor();
  const certificates = certificatesOf(waysIn, turns);
  opened.defer(() => certificates?.close());
  const addresses = new TcpAddresses();
  const control = new Control({
    clock,
    turns,
    store,
    seal,
    addresses,
    logs,
    calendar,
    failed: options.failed,
    wallMs: () => Date.now(),
    timeOfDay: () => new Date().toISOString(),
    chance: Math.random,
    executors: executorsFor({ folders, seal, waysIn, addresses }),
    executorsMax: options.executorsMax,
    hasImage: (digest) => images.has(digest),
    whyNoDirectory,
    crashes: crashes.shelf,
    origin: randomBytes(4).toString("hex"),
    self: () => ({
      version: options.version,
      pid: process.pid,
      dataFolder: folders.data,
      ...(waysIn.http.kind === "open" ? { http: waysIn.http.url } : {}),
      ...(waysIn.https.kind === "open" ? { https: waysIn.https.url } : {}),
      ...(certificates && { certificateSecondsLeft: certificates.secondsLeft }),
      memoryBytes: process.memoryUsage.rss(),
    }),
  });
  const servers = await serveAddresses({ control, images, crashes, options }, opened);
  if (options.otlpEndpoint !== undefined) {
    const exporter = exportMetrics(control, turns, { endpoint: options.otlpEndpoint });
    opened.defer(() => exporter.stop());
  }
  const isListening = waysIn.bound.length === 0 ? undefined : firstExecutor(control);
  control.open();
  certificates?.begin((event) => control.happened(event));
  opened.defer(() => control.close());
  await isListening;
  const idle = giveBackWhenIdle();
  opened.defer(() => idle.stop());
  const open = opened.move();
  return {
    ports: servers.map(({ port }) => port),
    waysIn,
    close: () => open.disposeAsync(),
  };
}

function certificatesOf(
  { certificates, renew }: WaysIn,
  turns: Turns,
): CertificateWatch | undefined {
  const ports = { turns, nowMs: Date.now, renew };
  return certificates.length === 0 ? undefined : new CertificateWatch(certificates, ports);
}

/** Serves the protocol at each address, for as long as `opened` is not disposed of. */
async function serveAddresses(
  around: {
    readonly control: Control;
    readonly images: Images;
    readonly crashes: CrashFolder;
    readonly options: DaemonOptions;
  },
  opened: AsyncDisposableStack,
): Promise<readonly ApiServer[]> {
  const { control: management, images, crashes, options } = around;
  const { down, failed } = options;
  const stored = {
    has: (digest: string) => images.has(digest),
    put: (digest: string, bytes: Parameters<Images["put"]>[0]) => images.put(bytes, digest),
  };
  const servers: ApiServer[] = [];
  for (const address of options.addresses) {
    const server = await serveApi({ management, images: stored, crashes, down, failed }, address);
    opened.defer(() => server.close());
    servers.push(server);
  }
  return servers;
}

/** What executors are started with. */
interface ExecutorsAround {
  readonly folders: DataFolders;
  readonly seal: Seal;
  readonly waysIn: WaysIn;
  readonly addresses: TcpAddresses;
}

function executorsFor({ folders, seal, waysIn, addresses }: ExecutorsAround): ExecutorHost {
  const { images, programs, crashes, run } = folders;
  const sockets = new ExecutorSockets(run);
  const entry = new URL(import.meta.resolve("#app/executor"));
  const compiled = process.env["NODE_COMPILE_CACHE"];
  return executorProcesses({
    entry,
    handleOf: (route) => addresses.handleOf(route),
    inherited: waysIn.bound.map(({ fd }) => fd),
    start: (fds): ExecutorStart => ({
      doors: waysIn.doors(fds),
      socket: sockets.next(),
      images,
      cache: programs,
      crashes: { folder: crashes, key: newSealingKey(seal) },
    }),
    ended: ({ socket }) => sockets.remove(socket),
    reach: {
      readable: [...programFolders(entry), images, ...waysIn.readable],
      writable: [programs, crashes, run, ...(compiled === undefined ? [] : [compiled])],
    },
    environment: compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled },
  });
}

/** Until then nobody listens at what is bound. One that does not come to it holds up nobody. */
async function firstExecutor(control: Control): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = control.follow(({ kind }) => {
    if (kind === "executor-started" || kind === "executor-lost") resolve();
  });
  await promise;
  stop();
}
