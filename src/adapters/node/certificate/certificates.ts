import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";
import { PlatformError } from "#core/sys";

/** Where a certificate with its chain, and its key, are kept as PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What the files hold, as `node:tls` takes it. */
export interface CertificatePem {
  readonly cert: string;
  readonly key: string;
}

/** A file's certificate and key, and what was last read of them that can be used. */
interface Kept {
  readonly files: CertificateFiles;
  readonly loaded: Loaded | undefined;
}

interface Loaded {
  readonly leaf: X509Certificate;
  readonly context: SecureContext;
  readonly pem: CertificatePem;
}

export interface CertificateOptions {
  /** A sentence for the operator: what was read again, and what was kept in its stead and why. */
  said?(sentence: string, how: "read" | "refused"): void;
  readonly now?: () => Date;
  /** Takes one that expired and waits for one that cannot be used, where others would throw. */
  readonly isPatient?: boolean;
}

/** How often the files are looked at. They are few, and a renewal has days. */
const lookMs = 2000;

/**
 * Certificates from files, each shown to clients that ask for one of its names; to others the
 * first. Files that change are read again, and where that fails the last good one goes on.
 */
export class Certificates {
  readonly #options: CertificateOptions;
  #kept: readonly Kept[];
  readonly #heeding: (() => void)[] = [];

  /** Throws `CERTIFICATE_INVALID`, unless it is patient. Expects one at least. */
  constructor(files: readonly CertificateFiles[], options: CertificateOptions = {}) {
    this.#options = options;
    const isPatient = options.isPatient === true;
    this.#kept = files.map((one) => ({
      files: one,
      loaded: isPatient ? this.#loadAsItIs(one) : load(one, this.#now()),
    }));
  }

  get #loaded(): readonly Loaded[] {
    return this.#kept.flatMap(({ loaded }) => loaded ?? []);
  }

  /** As `node:tls` asks for the context of a name. */
  readonly sniCallback = (
    name: string,
    answer: (error: Error | null, context?: SecureContext) => void,
  ): void => {
    answer(null, this.contextFor(name));
  };

  /** What a client is shown that names nobody, as those do that ask for an address. */
  get first(): CertificatePem | undefined {
    return this.#loaded[0]?.pem;
  }

  /** Calls back whenever files were read again. */
  whenRead(callback: () => void): void {
    this.#heeding.push(callback);
  }

  /** For a client that names nobody we know, the first. */
  contextFor(name: string | undefined): SecureContext | undefined {
    const named = this.#loaded.find(
      ({ leaf }) => name !== undefined && leaf.checkHost(name) !== undefined,
    );
    return (named ?? this.#loaded[0])?.context;
  }

  /** Which of them ends to be valid first, and when. Expects one that is read. */
  get firstToEnd(): { readonly path: string; readonly validUntil: Date } {
    const ends = this.#kept.flatMap(({ files, loaded }) =>
      loaded === undefined ? [] : { path: files.certificate, validUntil: loaded.leaf.validToDate },
    );
    return ends.reduce((one, other) => (other.validUntil < one.validUntil ? other : one));
  }

  /** Looks at the files from time to time, until `close`. */
  watch(): void {
    for (const { files } of this.#kept) {
      for (const path of [files.certificate, files.key]) {
        watchFile(path, { interval: lookMs, persistent: false }, this.#changed);
      }
    }
  }

  close(): void {
    for (const { files } of this.#kept) {
      for (const path of [files.certificate, files.key]) unwatchFile(path, this.#changed);
    }
  }

  /** Reads all of them again. A certificate and its key are two files: one may be there before. */
  reload(): void {
    this.#kept = this.#kept.map(({ files, loaded }) => ({
      files,
      loaded: this.#loadAgain(files, loaded),
    }));
    for (const callback of this.#heeding) callback();
  }

  readonly #changed = (): void => this.reload();

  #loadAgain(files: CertificateFiles, before: Loaded | undefined): Loaded | undefined {
    try {
      const loaded = load(files, this.#now());
      if (loaded.leaf.fingerprint256 === before?.leaf.fingerprint256) return before;
      this.#options.said?.(`certificate "${files.certificate}" was read again`, "read");
      return loaded;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.#options.said?.(`${error.message}; the one read before is kept`, "refused");
      return before;
    }
  }

  /** One that expired is better than none: its clients say what is wrong. */
  #loadAsItIs(files: CertificateFiles): Loaded | undefined {
    try {
      return load(files, new Date(0));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.#options.said?.(error.message, "refused");
      return undefined;
    }
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function load(files: CertificateFiles, now: Date): Loaded {
  const certificate = read(files.certificate);
  const key = read(files.key);
  const leaf = parsed(files.certificate, () => new X509Certificate(certificate));
  const privateKey = parsed(files.key, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw invalid(`the key "${files.key}" is not that of certificate "${files.certificate}"`, {
      hint: "give the key that the certificate was made with",
    });
  }
  const of = leaf.subjectAltName ?? leaf.subject;
  if (leaf.validToDate < now) {
    const ended = leaf.validToDate.toISOString();
    throw invalid(`certificate "${files.certificate}" of ${of} expired on ${ended}`, {
      hint: "renew it, and put the new one in its place",
    });
  }
  const pem = { cert: certificate, key };
  const context = parsed(files.certificate, () => createSecureContext(pem));
  return { leaf, context, pem };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`cannot read "${path}": ${why}`, {
      hint: "check the path and its rights",
      cause,
    });
  }
}

function parsed<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`"${path}" cannot be used for TLS: ${why}`, {
      hint: "give a certificate with its chain, and its key, both as PEM",
      cause,
    });
  }
}

function invalid(
  message: string,
  { hint, cause }: { readonly hint: string; readonly cause?: unknown },
): PlatformError {
  return new PlatformError(message, { code: "CERTIFICATE_INVALID", hint, cause });
}
