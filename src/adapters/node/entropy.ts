import { openSync, readSync } from "node:fs";
import type { Entropy } from "#core/host";

/** Small requests are served from this much, for a reading of the device costs as much. */
const reserveBytes = 1024;

/** The most that one call of the platform's own generator may ask for. */
const callBytesMax = 65_536;

/** The most to ask the device for at once: Node takes a length from 2 GiB on for a negative one. */
const readBytesMax = 2 ** 30;

/**
 * Unpredictable bytes of the operating system. They come from the device where there is one:
 * Node's own generator takes 5 ms to load.
 */
export function nodeEntropy(): Entropy {
  let fillFrom: Fill | undefined;
  const reserve = new Uint8Array(reserveBytes);
  let used = reserveBytes;
  return {
    fill(target) {
      fillFrom ??= openDevice() ?? fillFromPlatform;
      if (target.length > reserveBytes / 4) return fillFrom(target);
      if (used + target.length > reserveBytes) {
        fillFrom(reserve);
        used = 0;
      }
      const end = used + target.length;
      target.set(reserve.subarray(used, end));
      // What was handed out is nowhere else: nobody can find it here later.
      reserve.fill(0, used, end);
      used = end;
    },
  };
}

type Fill = (target: Uint8Array) => void;

function openDevice(): Fill | undefined {
  let device: number;
  try {
    device = openSync("/dev/urandom", "r");
  } catch {
    // Not every system has the device; the other way is only slower.
    return undefined;
  }
  return (target) => {
    for (let filled = 0; filled < target.length;) {
      const bytes = Math.min(readBytesMax, target.length - filled);
      filled += readSync(device, target, filled, bytes, null);
    }
  };
}

function fillFromPlatform(target: Uint8Array): void {
  for (let offset = 0; offset < target.length; offset += callBytesMax) {
    const part = new Uint8Array(Math.min(callBytesMax, target.length - offset));
    target.set(globalThis.crypto.getRandomValues(part), offset);
  }
}
