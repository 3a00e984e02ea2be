import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type CertificateFiles, developmentCertificate } from "#adapters/node/certificate";
import { bindAddress, type BoundAddress } from "#adapters/node/socket";
import type { Door } from "#app/executor";
import { PlatformError } from "#core/sys";

/** Where requests for what serves are to come in. */
export interface WayInOptions {
  readonly host: string;
  readonly port: number;
  /** An error where somebody asked for it; else there is none, or another port is taken. */
  readonly ifTaken: "fail" | "closed" | "another";
}

/** The same for TLS. */
export interface SecureWayInOptions extends WayInOptions {
  /** A folder with `NAME.pem` and `NAME.key` for each certificate; else one is made. */
  readonly certificates: string | undefined;
}

/** Where they do, or why nowhere. */
export type WayIn =
  | { readonly kind: "open"; readonly bound: BoundAddress; readonly url: string }
  | { readonly kind: "closed"; readonly why: string };

/** All ways in, and what executors need of them. */
export interface WaysIn {
  readonly http: WayIn;
  readonly https: WayIn;
  /** What executors inherit, in the order of `doors`. */
  readonly bound: readonly BoundAddress[];
  /** The doors, by the descriptors that an executor has them by. */
  readonly doors: (fds: readonly number[]) => readonly Door[];
  /** What TLS is spoken with, if it is. */
  readonly certificates: readonly CertificateFiles[];
  /** Makes a certificate of our own making again that comes near to its end. */
  readonly renew: () => void;
  /** Folders that executors have to read. */
  readonly readable: readonly string[];
}

/**
 * Opens the ways in. `ownFolder` is for a certificate of the daemon's own making. Throws
 * `LISTEN_FAILED` for an address that was asked for, `CERTIFICATE_INVALID` for a folder without.
 */
export async function openWaysIn(
  options: {
    readonly http: WayInOptions | undefined;
    readonly https: SecureWayInOptions | undefined;
  },
  ownFolder: string,
): Promise<WaysIn> {
  const http = await openWayIn(options.http, "http");
  const https = await openWayIn(options.https, "https");
  const folder = options.https?.certificates;
  const files = https.kind === "closed" ? [] : certificatesIn(folder, ownFolder);
  const open = [http, https].flatMap((way) => (way.kind === "open" ? [way] : []));
  return {
    http,
    https,
    bound: open.map(({ bound }) => bound),
    doors: (fds) =>
      open.map((way, index) => {
        const fd = fds[index] ?? -1;
        return way === https ? { fd, certificates: files } : { fd };
      }),
    certificates: files,
    renew: () => {
      if (files.length > 0 && folder === undefined) developmentCertificate(ownFolder);
    },
    readable: files.length === 0 ? [] : [folder ?? ownFolder],
  };
}

async function openWayIn(
  options: WayInOptions | undefined,
  scheme: "http" | "https",
): Promise<WayIn> {
  if (options === undefined) return { kind: "closed", why: "it was not wanted" };
  const { host, port, ifTaken } = options;
  try {
    const bound = await bindAddress({ kind: "tcp", host, port });
    const shown = host.includes(":") ? `[${host}]` : host;
    return { kind: "open", bound, url: `${scheme}://${shown}:${bound.address.port}` };
  } catch (error) {
    if (ifTaken === "fail" || !(error instanceof PlatformError)) throw error;
    if (ifTaken === "another") return openWayIn({ host, port: 0, ifTaken: "fail" }, scheme);
    return { kind: "closed", why: error.message };
  }
}

function certificatesIn(
  folder: string | undefined,
  ownFolder: string,
): readonly CertificateFiles[] {
  if (folder === undefined) return [developmentCertificate(ownFolder)];
  const names = namesIn(folder);
  if (names.length === 0) {
    throw new PlatformError(`there is no certificate in "${folder}"`, {
      code: "CERTIFICATE_INVALID",
      hint: "put NAME.pem there, a certificate with its chain, and NAME.key beside it",
    });
  }
  return names.map((name) => ({
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  }));
}

function namesIn(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).toSorted();
    return files.flatMap((file) => (file.endsWith(".pem") ? [file.slice(0, -4)] : []));
  } catch (cause) {
    throw new PlatformError(`cannot read "${folder}": ${(cause as NodeJS.ErrnoException).code}`, {
      code: "CERTIFICATE_INVALID",
      hint: "name a folder with certificates in it",
      cause,
    });
  }
}
