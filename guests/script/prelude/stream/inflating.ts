import { native } from "#prelude/engine";
import { Inflate } from "fflate";
import { concatenate } from "./bytes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What stands around deflated bytes. */
interface Wrapping {
  /** How long what comes before them is; `undefined` while not all of it is there. */
  readonly headBytes: (bytes: Uint8Array) => number | undefined;
  /** How long the sum after them is. */
  readonly tailBytes: number;
  /** The sum of what they say, with that of all before it; and that of nothing. */
  readonly sum: (before: number, bytes: Uint8Array) => number;
  readonly sumOfNothing: number;
  readonly isRight: (tail: DataView, sum: number, length: number) => boolean;
}

const flags = { headSum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

const gzip: Wrapping = {
  headBytes(bytes) {
    const [one, two, method, flag = 0] = bytes;
    const isKnown = one === 0x1f && two === 0x8b && method === 8 && (flag & flags.reserved) === 0;
    if (bytes.length < 10) return undefined;
    if (!isKnown) throw new Error("incorrect header check");
    let at = 10;
    if ((flag & flags.extra) !== 0) {
      at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
    }
    for (const text of [flags.name, flags.comment]) {
      if ((flag & text) === 0) continue;
      const end = bytes.indexOf(0, at);
      if (end < 0) return undefined;
      at = end + 1;
    }
    if ((flag & flags.headSum) !== 0) at += 2;
    return at > bytes.length ? undefined : at;
  },
  tailBytes: 8,
  sum: (before, bytes) => native.sum(0, before, bytes),
  sumOfNothing: 0,
  isRight: (tail, sum, length) =>
    tail.getUint32(0, true) === sum && tail.getUint32(4, true) === length % 2 ** 32,
};

const deflate: Wrapping = {
  headBytes(bytes) {
    const [method, flag] = bytes;
    if (method === undefined || flag === undefined) return undefined;
    const hasDictionary = (flag & 0x20) !== 0;
    if ((method & 15) !== 8 || (method * 256 + flag) % 31 !== 0 || hasDictionary) {
      throw new Error("incorrect header check");
    }
    return 2;
  },
  tailBytes: 4,
  sum: (before, bytes) => native.sum(1, before, bytes),
  sumOfNothing: 1,
  isRight: (tail, sum) => tail.getUint32(0) === sum,
};

const raw: Wrapping = {
  headBytes: () => 0,
  tailBytes: 0,
  sum: () => 0,
  sumOfNothing: 0,
  isRight: () => true,
};

const wrappings: Readonly<Record<string, Wrapping>> = { gzip, deflate, "deflate-raw": raw };

/** What fflate knows of where it is and does not say: its last block, and what it left. */
interface Inside {
  readonly s: { readonly f?: number; readonly l?: object | null; readonly p?: number };
  readonly p: Bytes;
}

/**
 * Undoes one stream of compressed bytes, and holds it against the sums it ends with, which fflate
 * leaves out. Throws for what is broken, and for what follows the end.
 */
export class Inflating {
  ondata: (piece: Bytes) => void = () => undefined;
  readonly #wrapping: Wrapping;
  readonly #inflate = new Inflate((piece) => this.#came(piece as Bytes));
  #stage: "head" | "body" | "tail" | "end" = "head";
  /** Came, but is too little to go on with. */
  #rest: Bytes = new Uint8Array();
  #sum: number;
  #length = 0;

  constructor(wrapping: Wrapping) {
    this.#wrapping = wrapping;
    this.#sum = wrapping.sumOfNothing;
  }

  push(piece: Uint8Array, isLast = false): void {
    this.#rest = concatenate([this.#rest, piece]);
    if (this.#stage === "head") this.#readHead();
    if (this.#stage === "body") this.#readBody();
    if (this.#stage === "tail") this.#readTail();
    if (this.#stage === "end" && this.#rest.length > 0) {
      throw new Error("something follows the end of the compressed bytes");
    }
    if (isLast && this.#stage !== "end") throw new Error("unexpected end of file");
  }

  #readHead(): void {
    const length = this.#wrapping.headBytes(this.#rest);
    if (length === undefined) return;
    this.#rest = this.#rest.subarray(length);
    this.#stage = "body";
  }

  #readBody(): void {
    const inside = this.#inflate as unknown as Inside;
    this.#inflate.push(this.#rest);
    this.#rest = new Uint8Array();
    const { f: isLastBlock, l: block, p: bit = 0 } = inside.s;
    if (!isLastBlock || block) return;
    this.#rest = inside.p.subarray(bit > 0 ? 1 : 0);
    this.#stage = "tail";
  }

  #readTail(): void {
    const { tailBytes, isRight } = this.#wrapping;
    if (this.#rest.length < tailBytes) return;
    const tail = new DataView(this.#rest.buffer, this.#rest.byteOffset, tailBytes);
    if (!isRight(tail, this.#sum, this.#length)) throw new Error("incorrect data check");
    this.#rest = this.#rest.subarray(tailBytes);
    this.#stage = "end";
  }

  #came(piece: Bytes): void {
    if (piece.length === 0) return;
    this.#sum = this.#wrapping.sum(this.#sum, piece);
    this.#length += piece.length;
    this.ondata(piece);
  }
}

/** What undoes each format, made when it is wanted. */
export const inflaters: Readonly<Record<string, () => Inflating>> = Object.fromEntries(
  Object.entries(wrappings).map(([format, wrapping]) => [format, () => new Inflating(wrapping)]),
);
