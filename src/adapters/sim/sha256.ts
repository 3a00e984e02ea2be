const blockBytes = 64;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = fractions(64, Math.cbrt);

/** The same of the square roots of the first eight. */
const initialState = fractions(8, Math.sqrt);

/** SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits; it needs no host. */
export function sha256(bytes: Uint8Array): string {
  const state = initialState.slice();
  const schedule = new Int32Array(64);
  const wholeBytes = bytes.length - (bytes.length % blockBytes);
  for (let offset = 0; offset < wholeBytes; offset += blockBytes) {
    expand(schedule, bytes, offset);
    mix(state, schedule);
  }
  const last = pad(bytes, wholeBytes);
  for (let offset = 0; offset < last.length; offset += blockBytes) {
    expand(schedule, last, offset);
    mix(state, schedule);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** What is left from `offset`, a one bit, zeros to a whole block, and the length in bits. */
function pad(bytes: Uint8Array, offset: number): Uint8Array {
  const rest = bytes.subarray(offset);
  const padded = new Uint8Array(rest.length + 9 <= blockBytes ? blockBytes : 2 * blockBytes);
  padded.set(rest);
  padded[rest.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function expand(schedule: Int32Array, bytes: Uint8Array, offset: number): void {
  const block = new DataView(bytes.buffer, bytes.byteOffset + offset, blockBytes);
  for (let index = 0; index < 16; index++) schedule[index] = block.getInt32(index * 4);
  for (let index = 16; index < 64; index++) {
    const near = schedule[index - 2] as number;
    const far = schedule[index - 15] as number;
    const mixedNear = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    const mixedFar = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    schedule[index] =
      (schedule[index - 16] as number) + mixedFar + (schedule[index - 7] as number) + mixedNear;
  }
}

function mix(state: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as EightWords;
  for (let round = 0; round < 64; round++) {
    const choice = g ^ (e & (f ^ g));
    const mixedE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const added = (roundConstants[round] as number) + (schedule[round] as number);
    const first = (h + mixedE + choice + added) | 0;
    const majority = (a & b) | (c & (a | b));
    const mixedA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + mixedA + majority) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] as number) + word;
  });
}

type EightWords = [number, number, number, number, number, number, number, number];

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fractions(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    if (!isPrime(candidate)) continue;
    words[found] = (root(candidate) % 1) * 2 ** 32;
    found += 1;
  }
  return words;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}
