import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { SeededRandom } from "#core/base";
import { instrument } from "#core/machine/instrument";
import { describe } from "#core/machine/wasm";
import { PlatformError } from "#core/sys";
import { guestFile, guests } from "#guests";
import { forEachSeed } from "#test/seeds";

const mutationsPerSeed = 25;

/** Real programs, the small ones, so that a mutation hits what matters more often than not. */
const modules: readonly Uint8Array[] = guests
  .map(({ kind, name }) => new Uint8Array(readFileSync(guestFile(`${kind}/${name}`))))
  .filter((bytes) => bytes.length < 16_000);

type Mutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array;

function spliced(bytes: Uint8Array, at: number, removed: number, put: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.max(0, bytes.length - removed) + put.length);
  result.set(bytes.subarray(0, at));
  result.set(put, at);
  result.set(bytes.subarray(at + removed), at + put.length);
  return result;
}

/** Numbers that a decoder may trip over, as the format writes them. */
const numbers: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const copy = bytes.slice();
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  (bytes, random) => {
    const copy = bytes.slice();
    copy[random.below(copy.length)] = random.next();
    return copy;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, Math.min(random.below(20), bytes.length - at), new Uint8Array(0));
  },
  (bytes, random) => {
    const number = numbers[random.below(numbers.length)] ?? [];
    return spliced(bytes, random.below(bytes.length), random.below(2), Uint8Array.from(number));
  },
  (bytes, random) => {
    const from = random.below(bytes.length);
    const piece = bytes.slice(from, from + random.below(200));
    return spliced(bytes, random.below(bytes.length), 0, piece);
  },
  (bytes, random) => {
    const junk = new Uint8Array(random.below(30));
    random.fill(junk);
    return spliced(bytes, random.below(bytes.length), 0, junk);
  },
];

function mutated(random: SeededRandom): Uint8Array {
  let bytes = modules[random.below(modules.length)] ?? new Uint8Array(8);
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left--) {
    bytes = mutations[random.below(mutations.length)]?.(bytes, random) ?? bytes;
  }
  return bytes;
}

/** The reason for refusing `bytes`, if `step` gave one; anything else it throws is a failure. */
function refusal(step: () => unknown): PlatformError | undefined {
  try {
    step();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof PlatformError) return thrown;
    throw thrown;
  }
}

function tryOne(bytes: Uint8Array, checks: boolean): "sound" | "broken" {
  const isValid = WebAssembly.validate(bytes);
  const described = refusal(() => describe(bytes));
  let written: Uint8Array | undefined = undefined;
  const refused = refusal(() => {
    written = instrument(bytes, { checks, tableElementsMax: 100_000 });
  });
  for (const error of [described, refused]) {
    if (error === undefined) continue;
    assert.match(error.code, /^(?:WASM_|TABLE_)/);
    assert.notEqual(error.hint, "");
    // Where the engine finds nothing wrong, we may lack something, but not call it broken.
    if (isValid) assert.notEqual(error.code, "WASM_MALFORMED", error.message);
  }
  if (isValid && written !== undefined) assert.ok(WebAssembly.validate(written));
  return isValid ? "sound" : "broken";
}

suite("decoder and instrumenter with any bytes", () => {
  test("give a sound program for a sound one, and a reason for what they refuse", async () => {
    const seen = { sound: 0, broken: 0 };
    await forEachSeed(import.meta.filename, { count: 60 }, (seed) => {
      const random = new SeededRandom(seed);
      for (let count = 0; count < mutationsPerSeed; count++) {
        seen[tryOne(mutated(random), random.below(4) > 0)] += 1;
      }
    });
    // Mutations that always break everything would test the first check and nothing else.
    if (seen.sound + seen.broken > 500) assert.ok(seen.sound > 50 && seen.broken > 50);
  });

  test("take every program they were made from", () => {
    for (const bytes of modules) {
      const isValid = WebAssembly.validate(bytes);
      if (isValid) assert.equal(tryOne(bytes, true), "sound");
    }
  });
});
