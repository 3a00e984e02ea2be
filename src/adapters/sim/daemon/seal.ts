import { PlatformError } from "#core/sys";
import type { Seal } from "#pool/host";

interface Sealed {
  readonly key: string;
  readonly label: string;
  readonly text: string;
}

/** Seals nothing, but is as particular about labels and keys as one that does. */
export function simulatedSeal(key = "key"): Seal {
  let count = 0;
  return {
    seal(text, label) {
      count += 1;
      return JSON.stringify({ key, label, text, count });
    },
    open(sealed, label) {
      const kept = readSealed(sealed);
      if (kept?.key === key && kept.label === label) return kept.text;
      throw new PlatformError(`cannot read "${label}": it was sealed with another key`, {
        code: "SECRET_UNREADABLE",
        hint: "set it again",
      });
    },
  };
}

/** `undefined` of what was changed. */
function readSealed(sealed: string): Sealed | undefined {
  try {
    return JSON.parse(sealed) as Sealed;
  } catch {
    return undefined;
  }
}
