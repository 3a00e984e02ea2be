/**
 * Certificates for TLS: from files that may change, and one of our own making for development.
 *
 * Knows: X.509 as far as a server shows it to its clients; not who listens.
 * Must hold: there is always a certificate that was good when it was read; a new one that cannot
 * be used never takes its place, and the operator is told; keys are readable by their owner alone.
 * Never imports: anything but sys.
 * Start reading at `certificates.ts`.
 */
export { type CertificateFiles, type CertificateOptions, Certificates } from "./certificates.ts";
export { developmentCertificate } from "./development.ts";
