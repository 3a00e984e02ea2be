/** Bytes in the making. */
export type Bytes = readonly number[];

/** Unsigned LEB128. */
export function u32(value: number): Bytes {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(Math.floor(value / 0x80))];
}

/** Signed LEB128. */
export function s32(value: number): Bytes {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 0x40) === 0) || (rest === -1 && (value & 0x40) !== 0);
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...s32(rest)];
}

export function name(text: string): Bytes {
  return bytesOf(new TextEncoder().encode(text));
}

/** Bytes behind their number. */
export function bytesOf(content: ArrayLike<number>): Bytes {
  return [...u32(content.length), ...Array.from(content)];
}

/** Items behind their number. */
export function list(items: readonly Bytes[]): Bytes {
  return [...u32(items.length), ...items.flat()];
}

export function section(id: number, payload: Bytes): Bytes {
  return [id, ...bytesOf(payload)];
}

/** A custom section. */
export function custom(title: string, content: Bytes): Bytes {
  return section(0, [...name(title), ...content]);
}

/** A core module of these sections, in this order, right or wrong. */
export function wasm(...sections: readonly Bytes[]): Uint8Array {
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections.flat()]);
}
