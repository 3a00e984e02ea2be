import { type CertificateFiles, Certificates } from "#adapters/node/certificate";
import type { Timer, Turns } from "#core/host";
import type { EventView } from "#pool/api";

/** What an operator is told of certificates. */
export type CertificateEvent = Pick<EventView, "kind" | "text" | "isFailure">;

export interface CertificateWatchPorts {
  readonly turns: Pick<Turns, "after">;
  readonly nowMs: () => number;
  /** Makes those of our own making again, where there is time for it. */
  readonly renew: () => void;
}

const hourNs = 3600e9;
const dayMs = 86_400_000;

/** So many days before the end of one it is told again. */
const warningDays = [14, 7, 3, 1, 0] as const;

/**
 * What of a daemon's certificates is the operator's to know. Executors read them by themselves, and
 * go on with what they have; here it is checked before they start, and told once.
 */
export class CertificateWatch {
  readonly #ports: CertificateWatchPorts;
  readonly #certificates: Certificates;
  #happened: (event: CertificateEvent) => void = () => undefined;
  #checking: Timer | undefined = undefined;
  #toldDays: number = Infinity;
  #toldRefusal: string | undefined = undefined;

  /** Throws `CERTIFICATE_INVALID`. Expects one at least. */
  constructor(files: readonly CertificateFiles[], ports: CertificateWatchPorts) {
    this.#ports = ports;
    this.#certificates = new Certificates(files, {
      now: () => new Date(ports.nowMs()),
      said: (text, how) => {
        const isFailure = how === "refused";
        // A certificate and its key are two files, and each is looked at.
        if (isFailure && text === this.#toldRefusal) return;
        this.#toldRefusal = isFailure ? text : undefined;
        const kind = isFailure ? "certificate-refused" : "certificate-read";
        this.#happened({ kind, text, isFailure });
      },
    });
    this.#certificates.whenRead(() => this.#tellOfEnd());
  }

  /** Tells what happens from now on, and of one that is near its end. */
  begin(happened: (event: CertificateEvent) => void): void {
    this.#happened = happened;
    this.#certificates.watch();
    this.#check();
  }

  /** Until the first of them ends, in seconds; less than 0 afterwards. */
  get secondsLeft(): number {
    return Math.floor(this.#msLeft / 1000);
  }

  close(): void {
    this.#checking?.cancel();
    this.#certificates.close();
  }

  #check(): void {
    this.#ports.renew();
    this.#tellOfEnd();
    // The end itself is told when it comes.
    const leftNs = this.#msLeft > 0 ? this.#msLeft * 1e6 : Infinity;
    this.#checking = this.#ports.turns.after(Math.min(hourNs, leftNs), () => this.#check());
  }

  get #msLeft(): number {
    return this.#certificates.firstToEnd.validUntil.getTime() - this.#ports.nowMs();
  }

  /** Once for each of the days, the fewest first. */
  #tellOfEnd(): void {
    const { path, validUntil } = this.#certificates.firstToEnd;
    const daysLeft = this.#msLeft / dayMs;
    const due = warningDays.findLast((days) => daysLeft <= days) ?? Infinity;
    const isNew = due < this.#toldDays;
    this.#toldDays = due;
    if (!isNew) return;
    const end = validUntil.toISOString();
    const text =
      due === 0
        ? `${path} expired on ${end}: clients refuse it; put a new one in its place`
        : `${path} expires on ${end}; put a new one in its place`;
    this.#happened({ kind: "certificate-expires", text, isFailure: true });
  }
}
