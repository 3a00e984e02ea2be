import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { describeEntry } from "#core/journal/tell";
import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import { errno, type ExitReason, limits } from "#core/sys";
import { type Entry, type EntryKind, readEntry, writeEntry } from "./entries.ts";

/** Objects as ours are, for the comparison looks at prototypes too. */
const plain = { noNullPrototype: true } as const;

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const s64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ unit: "grapheme" });
const bytes = fc.uint8Array({ maxLength: 50 });
const whole = fc.maxSafeNat();
const failed = fc.constantFrom(undefined, ...Object.values(errno));
const error = fc.constantFrom(...Object.values(errno));

const reasons: fc.Arbitrary<ExitReason> = fc.oneof(
  fc.record({ kind: fc.constant("exited" as const), code: u32 }, plain),
  fc.record(
    {
      kind: fc.constant("killed" as const),
      by: fc.oneof(
        fc.record({ who: text }, plain),
        fc.record(
          {
            limit: fc.constantFrom(...(Object.keys(limits) as (keyof typeof limits)[])),
            allowed: text,
          },
          plain,
        ),
      ),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant("trapped" as const),
      what: text,
      stack: fc.array(
        fc.record({ functionName: text, functionIndex: fc.integer(), offset: u32 }, plain),
      ),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant("refused" as const),
      code: fc.constant("IMPORT_MISSING" as const),
      why: text,
      hint: text,
    },
    plain,
  ),
);

const kind = fc.constantFrom("directory", "regular", "symlink", "character", "block", "socket");
const stat = fc.record(
  {
    kind,
    device: u64,
    inode: u64,
    links: whole,
    sizeBytes: whole,
    accessedNs: s64,
    modifiedNs: s64,
    changedNs: s64,
  },
  plain,
);
const listing = fc.array(fc.record({ name: text, kind, inode: u64 }, plain), { maxLength: 4 });
const time = fc.option(s64, { nil: undefined });
const two = fc.tuple(whole, text, whole, text);

function question(
  call: string,
  subject: fc.Arbitrary<unknown>,
  answer: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  return fc.record({ call: fc.constant(call), subject, answer }, plain);
}

const questions = fc.oneof(
  question("openDirectory", fc.tuple(whole, text), fc.oneof(whole, error)),
  question("openFile", fc.tuple(whole, text, fc.nat({ max: 31 })), fc.oneof(whole, error)),
  question("stat", fc.tuple(whole, text), fc.oneof(stat, error)),
  question("statHandle", fc.tuple(whole), fc.oneof(stat, error)),
  question("list", fc.tuple(whole), fc.oneof(listing, error)),
  question("readLink", fc.tuple(whole, text), fc.oneof(text, error)),
  question("read", fc.tuple(whole, whole, whole), fc.oneof(bytes, error)),
  question("write", fc.tuple(whole, whole, bytes), fc.oneof(whole, error)),
  question("truncate", fc.tuple(whole, whole), failed),
  question("sync", fc.tuple(whole), failed),
  question("setTimes", fc.tuple(whole, time, time), failed),
  question("setTimesAt", fc.tuple(whole, text, time, time), failed),
  question("makeDirectory", fc.tuple(whole, text), failed),
  question("makeSymlink", fc.tuple(whole, text, text), failed),
  question("link", two, failed),
  question("rename", two, failed),
  question("unlink", fc.tuple(whole, text), failed),
  question("removeDirectory", fc.tuple(whole, text), failed),
);

const texts = fc.array(text, { maxLength: 3 });
const requests = fc.record(
  {
    spec: text,
    name: text,
    args: texts,
    env: texts,
    uses: texts,
    limits: fc.record(
      { memory: whole, "cpu-share": fc.constantFrom(0.1, 1), "cpu-time": fc.constant(Infinity) },
      { ...plain, requiredKeys: [] },
    ),
  },
  { ...plain, requiredKeys: ["spec", "name"] },
);
const graces = fc.oneof(whole, fc.constantFrom(0, 1.5, Infinity));
const notices = fc.oneof(
  fc.record(
    {
      kind: fc.constant("ended"),
      child: whole,
      end: fc.record(
        {
          kind: fc.constantFrom(
            "exited",
            "killed",
            "trapped",
            "refused",
            "unacknowledged",
            "gave-up",
            "ended",
          ),
          code: u32,
          text,
        },
        plain,
      ),
      isFailure: fc.boolean(),
    },
    plain,
  ),
  fc.record({ kind: fc.constant("asked"), graceNs: graces }, plain),
);

const headFields = fc.array(text, { maxLength: 6 });
const requestHeads = fc.record(
  {
    method: text,
    scheme: fc.constantFrom("http", "https"),
    authority: text,
    target: text,
    fields: headFields,
  },
  plain,
);
const responseHeads = fc.record({ status: whole, fields: headFields }, plain);
const messages = fc.oneof(
  fc.record({ kind: fc.constantFrom("text", "binary"), bytes }, plain),
  fc.record({ kind: fc.constant("closed"), code: whole, reason: text }, plain),
);

const input = {
  port: whole,
  result: fc.oneof(
    fc.constant("end"),
    error,
    bytes.filter(({ length }) => length > 0),
  ),
};

/** What each kind of entry may hold. */
const fields: Readonly<Record<EntryKind, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  call: { row: fc.nat({ max: 255 }), parameters: fc.array(fc.oneof(u32, u64), { maxLength: 12 }) },
  answer: { answer: u32 },
  realtime: { ns: s64 },
  monotonic: { ns: s64 },
  cpu: { ns: s64 },
  entropy: { bytes },
  offered: { port: whole, failed, taken: bytes },
  asked: { port: whole, question: questions },
  output: { port: whole, bytes },
  pulled: input,
  pushed: { port: whole, failed },
  accepted: { port: whole, failed },
  rang: { timer: whole },
  flushed: {},
  waits: {},
  mark: { sum: u32 },
  ended: { reason: reasons, sum: u32 },
  spawning: { request: requests },
  spawned: { result: fc.oneof(whole, error) },
  noticed: { notice: notices },
  told: { child: whole, graceNs: fc.option(graces, { nil: undefined }), failed },
  cut: { left: whole },
  handed: input,
  requested: {
    port: whole,
    isTaken: fc.boolean(),
    head: requestHeads,
    hasBody: fc.boolean(),
    isUpgrade: fc.boolean(),
  },
  drained: {},
  gone: { port: whole },
  responded: { port: whole, head: responseHeads, body: fc.option(bytes, { nil: undefined }) },
  upgraded: { port: whole, fields: headFields },
  dropped: { port: whole },
  received: { port: whole, result: fc.oneof(messages, error) },
  sent: { port: whole, message: messages },
  calling: {
    port: whole,
    head: requestHeads,
    hasBody: fc.boolean(),
    deadlineNs: graces,
    failed,
  },
  replied: { port: whole, result: fc.oneof(responseHeads, error) },
};

const entries = fc.oneof(
  ...Object.entries(fields).map(([name, rest]) =>
    fc.record({ kind: fc.constant(name), ...rest }, plain),
  ),
) as fc.Arbitrary<Entry>;

function written(entry: Entry): Uint8Array {
  const writer = new ByteWriter();
  writeEntry(writer, entry);
  return writer.toBytes();
}

suite("an entry", () => {
  test("reads back as it was written, whatever it holds", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const reader = new ByteReader(written(entry));
        assert.deepEqual(readEntry(reader), entry);
        assert.equal(reader.remainingBytes, 0);
      }),
      { numRuns: 1000 },
    );
  });

  test("is told in a few words, whatever it holds", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        assert.notEqual(
          describeEntry(entry, (row) => `call ${row}`),
          "",
        );
      }),
    );
  });

  test("that ends too early is none", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (entry, chance) => {
        const whole = written(entry);
        const cut = new ByteReader(whole.subarray(0, chance % whole.length));
        assert.throws(() => readEntry(cut), MalformedBytes);
      }),
    );
  });

  test("ends reading with an answer or a reason, whatever its bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (noise) => {
        const reader = new ByteReader(noise.with(0, (noise[0] ?? 0) % 24));
        try {
          while (reader.remainingBytes > 0) readEntry(reader);
        } catch (thrown) {
          assert.ok(thrown instanceof MalformedBytes, String(thrown));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("has the number that it has in every recording of this format", () => {
    const numbers = Object.keys(fields).map((name) => {
      const [entry] = fc.sample(
        fc.record({ kind: fc.constant(name), ...fields[name as EntryKind] }),
        1,
      );
      return [name, written(entry as Entry)[0]];
    });
    assert.deepEqual(Object.fromEntries(numbers), {
      call: 1,
      answer: 2,
      realtime: 3,
      monotonic: 4,
      cpu: 5,
      entropy: 6,
      offered: 7,
      asked: 8,
      output: 9,
      pulled: 10,
      pushed: 11,
      accepted: 12,
      rang: 13,
      flushed: 14,
      waits: 15,
      mark: 16,
      ended: 17,
      spawning: 18,
      spawned: 19,
      noticed: 20,
      told: 21,
      cut: 22,
      requested: 23,
      drained: 24,
      gone: 25,
      responded: 26,
      upgraded: 27,
      dropped: 28,
      received: 29,
      sent: 30,
      calling: 31,
      replied: 32,
      handed: 33,
    });
  });
});
