import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { developmentCertificate } from "#adapters/node/certificate";
import { simulatedHost } from "#adapters/sim";
import { type CertificateEvent, CertificateWatch } from "./certificate-watch.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-watch-"));
after(() => rmSync(scratch, { recursive: true }));

const begin = new Date("2026-01-01T00:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

suite("the watch over certificates", () => {
  test("tells of the end of one on five days, and what it is until then", async (context) => {
    const files = developmentCertificate(scratch, { now: begin });
    const { time } = simulatedHost({ seed: 1 });
    const events: CertificateEvent[] = [];
    let nowMs = begin.getTime() + 74 * dayMs;
    const watch = new CertificateWatch([files], {
      turns: time,
      nowMs: () => nowMs,
      renew: () => undefined,
    });
    context.after(() => watch.close());
    // It began a day before it was made.
    assert.equal(watch.secondsLeft, (15 * dayMs) / 1000);
    watch.begin((event) => events.push(event));
    const told: number[] = [];
    for (let hour = 1; hour <= 17 * 24; hour++) {
      nowMs += hourMs;
      await time.runFor(3600e9);
      if (events.length > told.length) told.push(hour / 24);
    }
    assert.deepEqual(told, [1, 8, 12, 14, 15]);
    assert.ok(events.every(({ kind, isFailure }) => kind === "certificate-expires" && isFailure));
    const end = "2026-03-31T00:00:00.000Z";
    assert.match(events[0]?.text ?? "", new RegExp(`^/.*\\.pem expires on ${end}; put `));
    assert.match(events[4]?.text ?? "", new RegExp(`^/.*\\.pem expired on ${end}: clients`));
    assert.equal(watch.secondsLeft, (-2 * dayMs) / 1000);
  });

  test("tells of the end when it comes", async (context) => {
    const files = developmentCertificate(scratch, { now: begin });
    const { time } = simulatedHost({ seed: 1 });
    const fromMs = begin.getTime() + 89 * dayMs - 90_000 - time.monotonicNs() / 1e6;
    const nowMs = (): number => fromMs + time.monotonicNs() / 1e6;
    const watch = new CertificateWatch([files], { turns: time, nowMs, renew: () => undefined });
    context.after(() => watch.close());
    const events: CertificateEvent[] = [];
    watch.begin((event) => events.push(event));
    await time.runFor(89e9);
    assert.deepEqual([events.length, watch.secondsLeft], [1, 1]);
    await time.runFor(1.1e9);
    assert.match(events[1]?.text ?? "", / expired on /);
  });

  test("refuses to begin with one that expired", () => {
    const files = developmentCertificate(scratch, { now: begin });
    const turns = simulatedHost({ seed: 1 }).time;
    const ports = { turns, nowMs: () => Date.parse("2027-01-01"), renew: () => undefined };
    assert.throws(() => new CertificateWatch([files], ports), { code: "CERTIFICATE_INVALID" });
  });
});
