import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { createSecureContext } from "node:tls";
import { type CertificateFiles, Certificates } from "./certificates.ts";
import { bitString, integer, objectIdentifier, octetString, time } from "./der.ts";
import { developmentCertificate } from "./development.ts";
import { selfSigned } from "./self-signed.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-certificates-"));
after(() => rmSync(scratch, { recursive: true }));

const from = new Date("2026-01-01T00:00:00Z");
const now = new Date("2026-02-01T00:00:00Z");
const later = new Date("2027-01-01T00:00:00Z");

function write(
  label: string,
  names: readonly string[] = [`${label}.test`],
  begin = from,
): CertificateFiles {
  const files = { certificate: join(scratch, `${label}.pem`), key: join(scratch, `${label}.key`) };
  const made = selfSigned({ names, from: begin, days: 90 });
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key);
  return files;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

suite("DER", () => {
  test("is written as X.690 has it", () => {
    assert.equal(hex(integer(Buffer.of(0x7f))), "02017f");
    assert.equal(hex(integer(Buffer.of(0x80))), "02020080");
    assert.equal(hex(bitString(Buffer.of(0x80), 7)), "03020780");
    assert.equal(hex(objectIdentifier("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
    assert.equal(hex(octetString(new Uint8Array(127))).slice(0, 4), "047f");
    assert.equal(hex(octetString(new Uint8Array(128))).slice(0, 6), "048180");
    assert.equal(hex(octetString(new Uint8Array(300))).slice(0, 8), "0482012c");
    assert.equal(time(new Date("2049-12-31T23:59:59Z")).toString("latin1", 2), "491231235959Z");
    assert.equal(time(new Date("2050-01-01T00:00:00Z")).toString("latin1", 2), "20500101000000Z");
  });
});

suite("a certificate of our own making", () => {
  const made = selfSigned({ names: ["a.test", "127.0.0.1", "::1", "2001:db8::7"], from, days: 3 });
  const certificate = new X509Certificate(made.certificate);

  test("is for its names and addresses, from one moment to another", () => {
    assert.equal(certificate.checkHost("a.test"), "a.test");
    assert.equal(certificate.checkHost("b.test"), undefined);
    for (const address of ["127.0.0.1", "::1", "2001:db8::7"]) {
      assert.ok(certificate.checkIP(address), address);
    }
    assert.deepEqual(certificate.validFromDate, from);
    assert.deepEqual(certificate.validToDate, new Date("2026-01-04T00:00:00Z"));
  });

  test("is signed by its own key, for servers, and is nobody's authority", () => {
    assert.ok(certificate.verify(certificate.publicKey));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(made.key)));
    assert.equal(certificate.ca, false);
    assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.doesNotThrow(() => createSecureContext({ cert: made.certificate, key: made.key }));
  });

  test("for development is made once, kept from others, and made again in time", () => {
    const folder = join(scratch, "development");
    const files = developmentCertificate(folder, { now });
    assert.equal(statSync(files.key).mode & 0o777, 0o600);
    const first = readFileSync(files.certificate, "utf8");
    const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
    developmentCertificate(folder, { now: days(30) });
    assert.equal(readFileSync(files.certificate, "utf8"), first);
    developmentCertificate(folder, { now: days(85) });
    const second = readFileSync(files.certificate, "utf8");
    assert.notEqual(second, first);
    developmentCertificate(folder, { now: days(85), hosts: ["shop.localhost"] });
    const third = new X509Certificate(readFileSync(files.certificate, "utf8"));
    assert.equal(third.checkHost("shop.localhost"), "shop.localhost");
  });
});

suite("certificates from files", () => {
  test("are chosen by name, and the first is for all others", () => {
    const both = [write("one"), write("two", ["two.test", "*.two.test"])];
    const certificates = new Certificates(both, { now: () => now });
    const first = certificates.contextFor(undefined);
    const second = certificates.contextFor("two.test");
    assert.notEqual(first, second);
    assert.equal(certificates.contextFor("shop.two.test"), second);
    assert.equal(certificates.contextFor("one.test"), first);
    assert.equal(certificates.contextFor("other.test"), first);
    assert.deepEqual(
      certificates.firstToEnd.validUntil,
      new Date(from.getTime() + 90 * 86_400_000),
    );
  });

  test("that are none are refused by name", () => {
    const good = write("good");
    const other = write("other");
    const text = join(scratch, "text.pem");
    writeFileSync(text, "no certificate");
    const rows: readonly (readonly [CertificateFiles, Date, RegExp])[] = [
      [{ ...good, certificate: join(scratch, "none.pem") }, now, /cannot read ".*none.pem"/],
      [{ ...good, key: join(scratch, "none.key") }, now, /cannot read ".*none.key"/],
      [{ ...good, certificate: text }, now, /"[^"]*text.pem" cannot be used for TLS/],
      [{ ...good, key: text }, now, /"[^"]*text.pem" cannot be used for TLS/],
      [{ ...good, key: other.key }, now, /other.key" is not that of certificate "[^"]*good.pem"/],
      [good, later, /good.pem" of DNS:good.test expired on 2026-04-01/],
    ];
    for (const [files, moment, message] of rows) {
      assert.throws(() => new Certificates([files], { now: () => moment }), {
        code: "CERTIFICATE_INVALID",
        message,
      });
    }
  });

  test("that cannot be used are waited for, where somebody else refuses them", () => {
    const old = write("old");
    const none = { certificate: join(scratch, "late.pem"), key: join(scratch, "late.key") };
    const options = { now: () => later, isPatient: true };
    const certificates = new Certificates([none, old], options);
    const expired = certificates.contextFor(undefined);
    assert.ok(expired !== undefined, "one that expired is better than none");
    write("late", ["late.test"], later);
    certificates.reload();
    assert.notEqual(certificates.contextFor("late.test"), expired);
    assert.equal(certificates.contextFor("old.test"), expired);
    assert.equal(new Certificates([{ ...none, key: old.key }], options).first, undefined);
  });

  test("that change are read again, and what cannot be used is not taken", () => {
    const files = write("changing");
    const said: string[] = [];
    const certificates = new Certificates([files], {
      now: () => now,
      said: (one) => said.push(one),
    });
    let heeded = 0;
    certificates.whenRead(() => (heeded += 1));
    const before = certificates.contextFor(undefined);
    certificates.reload();
    assert.equal(certificates.contextFor(undefined), before);
    assert.deepEqual(said, []);
    writeFileSync(files.certificate, "half of it");
    certificates.reload();
    assert.equal(certificates.contextFor(undefined), before);
    assert.match(said[0] ?? "", /changing.pem" cannot be used for TLS: .*; the one read before is/);
    write("changing");
    certificates.reload();
    assert.notEqual(certificates.contextFor(undefined), before);
    assert.match(said[1] ?? "", /changing.pem" was read again/);
    assert.equal(heeded, 3);
  });
});
