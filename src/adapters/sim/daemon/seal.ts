import { PlatformError } from "#core/sys";
import type { Seal } from "#pool/host";

/** Seals nothing, but is as particular about labels and keys as one that does. */
export function simulatedSeal(key = "key"): Seal {
  let count = 0;
  return {
    seal(text, label) {
      count += 1;
      return JSON.stringify({ key, label, text, count });
    },
    open(sealed, label) {
      const kept = JSON.parse(sealed) as { key: string; label: string; text: string };
      if (kept.key === key && kept.label === label) return kept.text;
      throw new PlatformError(`cannot read "${label}": it was sealed with another key`, {
        code: "SECRET_UNREADABLE",
        hint: "set it again",
      });
    },
  };
}
