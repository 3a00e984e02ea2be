import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { MalformedBytes } from "#core/base";
import type { MessageView, MoveEntry, Stage } from "#pool/queue/ledger";
import { decodeMove, encodeMove } from "./move-codec.ts";
import { decodePosting, encodePosting } from "./posting.ts";

/** A plain object, as the codecs make them. */
const record = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });

const number = fc.maxSafeNat();
/** As many as a log has positions for, in a million years. */
const ids = fc.array(
  fc.maxSafeNat().map((id) => Math.floor(id / 2)),
  { maxLength: 20 },
);
const cause = fc.constantFrom("failed", "expired", "rejected");
const text = fc.string({ unit: "binary" }).filter((key) => key.isWellFormed());
const key = fc.option(text, { nil: undefined });

const stage: fc.Arbitrary<Stage> = fc.oneof(
  record({ kind: fc.constant("waiting"), dueAtMs: number }),
  record({ kind: fc.constant("leased"), untilMs: number }),
  record({ kind: fc.constant("dead"), sinceMs: number, cause }),
);

const message: fc.Arbitrary<MessageView> = record({
  id: number,
  position: number,
  key,
  sentAtMs: number,
  sizeBytes: number,
  attempts: number,
  deliveries: number,
  stage,
});

const move: fc.Arbitrary<MoveEntry> = fc.oneof(
  record({ kind: fc.constantFrom("leased", "extended"), ids, untilMs: number }),
  record({ kind: fc.constantFrom("acknowledged", "removed"), ids }),
  record({
    kind: fc.constantFrom("returned", "released"),
    messages: fc.array(record({ id: number, dueAtMs: number })),
  }),
  record({ kind: fc.constant("died"), ids, atMs: number, cause }),
  record({ kind: fc.constant("redriven"), ids, atMs: number }),
  record({
    kind: fc.constant("checkpoint"),
    seen: number,
    part: number,
    parts: number,
    messages: fc.array(message),
  }),
);

const posting = record({
  of: fc.option(number, { nil: undefined }),
  origin: fc.option(number, { nil: undefined }),
  key,
  sentAtMs: number,
  dueAtMs: number,
  content: fc.uint8Array(),
});

/** Answers something or throws `MalformedBytes`. */
function survives(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    decode(bytes);
  } catch (error) {
    assert.ok(error instanceof MalformedBytes, String(error));
  }
}

suite("the entries of a queue's logs", () => {
  test("say again what was written", () => {
    fc.assert(fc.property(move, (entry) => assert.deepEqual(decodeMove(encodeMove(entry)), entry)));
    fc.assert(
      fc.property(posting, (entry) => {
        assert.deepEqual(decodePosting(encodePosting(entry)), entry);
      }),
    );
  });

  test("are malformed at worst, whatever the bytes", () => {
    const damaged = record({ entry: move, at: fc.nat(), to: fc.nat(255), cut: fc.nat() });
    fc.assert(
      fc.property(damaged, ({ entry, at, to, cut }) => {
        const bytes = encodeMove(entry);
        bytes[at % bytes.length] = to;
        survives(decodeMove, bytes.subarray(0, cut % (bytes.length + 1)));
        survives(decodePosting, bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => survives(decodeMove, bytes)));
  });
});
