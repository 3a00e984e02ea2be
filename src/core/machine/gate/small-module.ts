/** A section of less than 128 bytes, whose length is one. */
export function section(id: number, parts: readonly (readonly number[])[]): readonly number[] {
  const content = parts.flat();
  return [id, content.length, ...content];
}

/** A name of less than 128 letters of ASCII. */
export function text(name: string): readonly number[] {
  return [name.length, ...new TextEncoder().encode(name)];
}

/** A module of ours that stands between a guest and the kernel, of these sections. */
export function smallModule(sections: readonly (readonly number[])[]): WebAssembly.Module {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return new WebAssembly.Module(Uint8Array.from([header, ...sections].flat()));
}

export const i32 = 0x7f;
