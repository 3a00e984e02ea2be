import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import fc from "fast-check";
import { simulatedHost } from "#adapters/sim";
import { PlatformError } from "#core/sys";
import { guestBytes, joined, outsideOf, play, record, scriptProgram, scripts } from "#test/journal";
import { encodeFrame, encodeHead, FrameKind, readFrames, unpackFrame } from "./frames.ts";
import { readRecording } from "./recording.ts";

const { codec } = simulatedHost({ seed: 1 });

async function recordWords(): Promise<Uint8Array> {
  const { bytes } = await record({
    program: guestBytes("basics/words"),
    options: (host) => ({
      args: ["text"],
      directories: [{ guest: "/", port: host.directory({ text: "one two\nthree\n" }) }],
    }),
  });
  return bytes;
}

interface Unpacked {
  readonly kind: number;
  readonly payload: Uint8Array;
}

function framesOf(bytes: Uint8Array): Unpacked[] {
  return readFrames(bytes, codec).map((frame) => ({
    kind: frame.kind,
    payload: unpackFrame(frame, codec).slice(),
  }));
}

/** A file whose sums all fit, whatever its frames hold. */
function rejoined(frames: readonly Unpacked[]): Uint8Array {
  return joined([encodeHead(), ...frames.map((frame) => encodeFrame(frame, codec))]);
}

suite("a recording", () => {
  let whole: Uint8Array = new Uint8Array(0);

  before(async () => {
    whole = await recordWords();
  });

  test("is refused before it is played for what is no entry, however deep", async () => {
    const frames = framesOf(whole);
    const entries = frames.at(-1);
    assert.equal(entries?.kind, FrameKind.entries);
    const { payload } = entries;
    for (const [noise, why] of [
      [Uint8Array.of(99), /^cannot read the recording: entry \d\d+: unknown entry 99 at byte \d+$/],
      [Uint8Array.of(1), /^cannot read the recording: entry \d\d+: unexpected end at byte \d+$/],
    ] as const) {
      const changed = { kind: FrameKind.entries, payload: joined([payload, noise]) };
      assert.throws(() => readRecording(rejoined([...frames.slice(0, -1), changed]), codec), {
        code: "RECORDING_MALFORMED",
        message: why,
      });
    }
  });

  test("ends reading with an answer or a reason, whatever its frames hold", async () => {
    const good = framesOf(whole);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 12 }), (which, where, noise) => {
        const changed = good.map(({ kind, payload }) => ({ kind, payload: payload.slice() }));
        const target = changed[which % changed.length]?.payload ?? new Uint8Array(0);
        target.set(noise.subarray(0, target.length), where % Math.max(1, target.length - 12));
        try {
          readRecording(rejoined(changed), codec);
        } catch (thrown) {
          assert.ok(thrown instanceof PlatformError, String(thrown));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("that was cut before all of its program is there is refused as incomplete", async () => {
    const [header, ...others] = framesOf(whole);
    assert.ok(header !== undefined);
    const noProgram = others.filter(({ kind }) => kind !== FrameKind.attachment);
    for (const cut of [
      whole.subarray(0, 12),
      rejoined([header]),
      rejoined([header, ...noProgram]),
    ]) {
      assert.throws(() => readRecording(cut, codec), { code: "RECORDING_INCOMPLETE" });
    }
  });

  test("is refused when its parts do not fit together", async () => {
    const frames = framesOf(whole);
    const [header, program, ...journal] = frames;
    assert.ok(header !== undefined && program !== undefined);
    const unknown = { kind: 9, payload: Uint8Array.of(1) };
    for (const wrong of [
      [...frames, unknown],
      [program, header, ...journal],
      [header, program, program, ...journal],
    ]) {
      assert.throws(() => readRecording(rejoined(wrong), codec), { code: "RECORDING_MALFORMED" });
    }
  });

  test("tells where in the tree its process was, if it had a family", async () => {
    const program = scriptProgram([]);
    const parent = await record({ program, options: outsideOf });
    assert.equal(readRecording(parent.bytes, codec).header.launch.familyPath, "app/parent");
    assert.equal(readRecording(whole, codec).header.launch.familyPath, undefined);
  });

  test("of an earlier build, whose header ends before what came later, is read", async () => {
    const [header, ...others] = framesOf(whole);
    assert.ok(header !== undefined);
    const shorter = { kind: header.kind, payload: header.payload.subarray(0, -1) };
    const { launch } = readRecording(rejoined([shorter, ...others]), codec).header;
    assert.deepEqual(launch, readRecording(whole, codec).header.launch);
  });

  test("tells how many calls were made, and how it ended, if it did", async () => {
    const { callCount, end } = readRecording(whole, codec);
    assert.ok(callCount > 5);
    assert.deepEqual(end?.reason, { kind: "exited", code: 0 });
    assert.equal(readRecording(whole.subarray(0, -1), codec).end, undefined);
  });
});

/** The same recording with other bytes in its journal, and sums that fit them. */
function changed(bytes: Uint8Array, where: number, noise: Uint8Array): Uint8Array {
  const frames = framesOf(bytes);
  for (const { kind, payload } of frames) {
    if (kind === FrameKind.entries) payload.set(noise, where % (payload.length - noise.length));
  }
  return rejoined(frames);
}

suite("whatever a journal says that its sums do not tell from a true one,", () => {
  for (const [what, how] of [
    ["replay", play.replay],
    ["rehearsal", play.rehearse],
  ] as const) {
    test(`a ${what} ends with an answer or a reason`, async () => {
      const noises = fc.uint8Array({ minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(
          scripts({ floods: false }),
          fc.nat({ max: 1000 }),
          fc.nat(),
          noises,
          async (steps, seed, where, noise) => {
            const scene = { program: scriptProgram(steps), options: outsideOf };
            const { bytes } = await record(scene, { seed });
            try {
              await how(changed(bytes, where, noise), { seed });
            } catch (thrown) {
              assert.ok(thrown instanceof PlatformError, String(thrown));
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});
