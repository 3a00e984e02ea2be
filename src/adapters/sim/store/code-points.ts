/** The order of UTF-8, which is not that of a string's own units beyond U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const bs = codePoints(b);
  for (const [index, point] of codePoints(a).entries()) {
    const difference = point - (bs[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
