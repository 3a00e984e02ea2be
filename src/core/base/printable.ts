/** What a terminal obeys or does not show: controls, line ends, changes of direction. */
const unprintable = /[\p{C}\u2028\u2029]/gu;

/**
 * `text` on one line, with everything escaped that a terminal would not simply show. Programs and
 * files choose their names; a message that quotes one must not move the cursor or lie about where
 * it ends. The escapes are those of JSON, so that a line of JSON stays what it was.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escape);
}

function escape(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
