import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { CertificateFiles } from "./certificates.ts";
import { selfSigned } from "./self-signed.ts";

/** What every machine calls itself. */
const ownNames = ["localhost", "127.0.0.1", "::1"];
const validDays = 90;
const dayMs = 86_400_000;
/** With less than this left, another one is made. */
const leftDaysMin = 7;

/**
 * The certificate of `folder` for what runs on one's own machine, and for `hosts`
 * (`shop.localhost`; no wildcard is believed there). It is made when it is first asked for, for
 * another host, and before it expires. No browser trusts it until it is told to.
 */
export function developmentCertificate(
  folder: string,
  {
    hosts = [],
    now = new Date(),
  }: { readonly hosts?: readonly string[]; readonly now?: Date } = {},
): CertificateFiles {
  const names = [...ownNames, ...hosts];
  const files = {
    certificate: join(folder, "development.pem"),
    key: join(folder, "development.key"),
  };
  if (!isUsable(files.certificate, names, now)) make(folder, files, names, now);
  return files;
}

function isUsable(path: string, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(path));
    const leftMs = certificate.validToDate.getTime() - now.getTime();
    return leftMs > leftDaysMin * dayMs && names.every((name) => isFor(certificate, name));
  } catch {
    // There is none, or what there is is none: then one is made.
    return false;
  }
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** The key first: whoever finds the certificate finds its key. Clocks may differ by a day. */
function make(folder: string, files: CertificateFiles, names: readonly string[], now: Date): void {
  const from = new Date(now.getTime() - dayMs);
  const made = selfSigned({ names, from, days: validDays });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [path, text] of [
    [files.key, made.key],
    [files.certificate, made.certificate],
  ] as const) {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}
