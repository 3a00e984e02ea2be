/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = fractions(64, Math.cbrt);

/** The same of the square roots of the first eight. */
const initialState = fractions(8, Math.sqrt);

/** SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits; slow, but it needs no host. */
export function sha256(bytes: Uint8Array): string {
  const state = Uint32Array.from(initialState);
  const schedule = new Uint32Array(64);
  const padded = pad(bytes);
  for (let offset = 0; offset < padded.length; offset += 64) {
    expand(schedule, padded, offset);
    compressBlock(state, schedule);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

/** Appends a one bit, zeros, and the length in bits, to a multiple of 64 bytes. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function expand(schedule: Uint32Array, padded: Uint8Array, offset: number): void {
  const view = new DataView(padded.buffer, offset, 64);
  for (let index = 0; index < 16; index++) schedule[index] = view.getUint32(index * 4);
  for (let index = 16; index < 64; index++) {
    const near = schedule[index - 2] as number;
    const far = schedule[index - 15] as number;
    const mixedNear = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    const mixedFar = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    schedule[index] =
      (schedule[index - 16] as number) + mixedFar + (schedule[index - 7] as number) + mixedNear;
  }
}

function compressBlock(state: Uint32Array, schedule: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as Words;
  for (let round = 0; round < 64; round++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const mixedE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const mixedA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const constant = roundConstants[round] as number;
    const first = (h + mixedE + choice + constant + (schedule[round] as number)) | 0;
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + mixedA + majority) | 0];
  }
  const added = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < 8; index++) {
    state[index] = (state[index] as number) + (added[index] as number);
  }
}

type Words = [number, number, number, number, number, number, number, number];

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fractions(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    if (!isPrime(candidate)) continue;
    words[found] = Math.floor((root(candidate) % 1) * 2 ** 32);
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
