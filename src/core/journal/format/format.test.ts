import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import fc from "fast-check";
import { guestFile } from "#guests";
import { simulatedHost } from "#adapters/sim";
import { ByteReader, ByteWriter } from "#core/base";
import { Recorder } from "#core/journal/record";
import { wasiP1Calls } from "#core/personality/wasi-p1";
import { errno, type ExitReason, limits, PlatformError } from "#core/sys";
import { System } from "#core/system";
import { encodeFrame, encodeHead, FrameKind, formatVersion, readFrames } from "./frames.ts";
import { readRecording } from "./recording.ts";
import { bytes, exitReason, fallible, outcome, parameters, text, unsigned } from "./values.ts";
import type { ValueCodec } from "./values.ts";

const { codec } = simulatedHost({ seed: 1 });

function roundTrip<T>(value: ValueCodec<T>, given: T): T {
  const writer = new ByteWriter();
  value.write(writer, given);
  const reader = new ByteReader(writer.toBytes());
  const read = value.read(reader);
  assert.equal(reader.remainingBytes, 0);
  return read;
}

/** Objects as ours are, for the comparison looks at prototypes too. */
const plain = { noNullPrototype: true } as const;

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const reasons: fc.Arbitrary<ExitReason> = fc.oneof(
  fc.record({ kind: fc.constant("exited" as const), code: u32 }, plain),
  fc.record(
    {
      kind: fc.constant("killed" as const),
      by: fc.oneof(
        fc.record({ who: fc.string() }, plain),
        fc.record(
          {
            limit: fc.constantFrom(...(Object.keys(limits) as (keyof typeof limits)[])),
            allowed: fc.string(),
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
      what: fc.string(),
      stack: fc.array(
        fc.record({ functionName: fc.string(), functionIndex: u32, offset: u32 }, plain),
      ),
    },
    plain,
  ),
);

suite("values of a journal read back as they were written:", () => {
  test("parameters, whatever their widths and signs", () => {
    const given = fc.array(
      fc.oneof(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(given, (values) => {
        const unsignedOf = (value: number | bigint) =>
          typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0;
        assert.deepEqual(roundTrip(parameters, values), values.map(unsignedOf));
      }),
    );
  });

  test("reasons for an end, with the guest's stack", () => {
    fc.assert(
      fc.property(reasons, (reason) => assert.deepEqual(roundTrip(exitReason, reason), reason)),
    );
  });

  test("answers and errors", () => {
    for (const error of Object.values(errno)) {
      assert.equal(roundTrip(outcome, error), error);
      assert.equal(roundTrip(fallible(text), error), error);
    }
    assert.equal(roundTrip(outcome, undefined), undefined);
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.maxSafeNat(), (words, chunk, number) => {
        assert.equal(roundTrip(fallible(text), words), words);
        assert.deepEqual(roundTrip(fallible(bytes), chunk), chunk);
        assert.equal(roundTrip(fallible(unsigned), number), number);
      }),
    );
  });
});

const frames = fc.array(
  fc.record(
    { kind: fc.integer({ min: 0, max: 9 }), payload: fc.uint8Array({ maxLength: 300 }) },
    plain,
  ),
  { maxLength: 6 },
);

function encode(
  all: readonly { readonly kind: number; readonly payload: Uint8Array }[],
): Uint8Array[] {
  return [encodeHead(), ...all.map((frame) => encodeFrame(frame, codec))];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

suite("frames", () => {
  test("read back as they were written", () => {
    fc.assert(
      fc.property(frames, (all) => {
        assert.deepEqual(readFrames(joined(encode(all)), codec), { frames: all, isCut: false });
      }),
    );
  });

  test("are good up to the last whole one, wherever the file was cut", () => {
    fc.assert(
      fc.property(frames, fc.nat(), (all, chance) => {
        const pieces = encode(all);
        const whole = joined(pieces);
        const head = pieces[0]?.length ?? 0;
        const at = head + (chance % (whole.length - head + 1));
        const reading = readFrames(whole.subarray(0, at), codec);
        let end = head;
        const kept = pieces.slice(1).filter((piece) => (end += piece.length) <= at);
        assert.deepEqual(reading.frames, all.slice(0, kept.length));
        const wholeBytes = head + kept.reduce((sum, piece) => sum + piece.length, 0);
        assert.equal(reading.isCut, at > wholeBytes);
      }),
    );
  });

  test("say so when a single bit is another, and never read as something else", () => {
    const filled = fc.array(
      fc.record(
        {
          kind: fc.constant(FrameKind.entries),
          payload: fc.uint8Array({ maxLength: 80 }),
        },
        plain,
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(filled, fc.nat(), fc.integer({ min: 0, max: 7 }), (all, chance, bit) => {
        const whole = joined(encode(all));
        const at = chance % whole.length;
        whole[at] = (whole[at] ?? 0) ^ (1 << bit);
        assert.throws(
          () => readFrames(whole, codec),
          (thrown) => thrown instanceof PlatformError && thrown.code.startsWith("RECORDING_"),
        );
      }),
    );
  });

  test("of another version are refused by its number", () => {
    const head = encodeHead();
    head[8] = formatVersion + 1;
    assert.throws(() => readFrames(head, codec), {
      code: "RECORDING_VERSION",
      message: /its format is version 2, this build reads 1/u,
    });
  });
});

/** A recording of a program that says hello. */
async function recordHello(): Promise<Uint8Array> {
  const host = simulatedHost({ seed: 1 });
  const system = new System(host);
  const program = readFileSync(guestFile("basics/nothing"));
  const pieces: Uint8Array[] = [];
  const running = system.start(system.load(program), {
    boundary: (launch) =>
      new Recorder({
        header: { launch, calls: Object.keys(wasiP1Calls), isPreemptible: true },
        attachments: [{ name: "program", bytes: program }],
        codec,
        clock: host.clock,
        write: (piece) => pieces.push(piece.slice()),
        failed: (cause) => assert.fail(String(cause)),
      }),
  });
  await host.time.until(running.exit);
  return joined(pieces);
}

suite("a recording", () => {
  test("ends reading with an answer or a reason, whatever its frames hold", async () => {
    const { frames: good } = readFrames(await recordHello(), codec);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 12 }), (which, where, noise) => {
        const changed = good.map(({ kind, payload }) => ({ kind, payload: payload.slice() }));
        const target = changed[which % changed.length]?.payload ?? new Uint8Array(0);
        target.set(noise.subarray(0, target.length), where % Math.max(1, target.length - 12));
        try {
          readRecording(joined(encode(changed)), codec);
        } catch (thrown) {
          assert.ok(thrown instanceof PlatformError, String(thrown));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("that was cut before its journal begins is refused as incomplete", async () => {
    const whole = await recordHello();
    assert.throws(() => readRecording(whole.subarray(0, 12), codec), {
      code: "RECORDING_INCOMPLETE",
    });
  });
});
