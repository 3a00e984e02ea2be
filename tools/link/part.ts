import { findSection, readModule, SectionId, type WasmModule } from "#core/machine/wasm";
import { WasmReader } from "#core/machine/wasm/binary";
import { type FunctionBody, readBodies } from "#core/machine/wasm/code";

/** What is linked: the program, or a library for it. */
export interface Part {
  /** Imports from a module of this name are its exports. */
  readonly name: string;
  readonly module: WasmModule;
  readonly bodies: readonly FunctionBody[];
  /** How much memory and table a library wants; the program has its own, at zero. */
  readonly wants: Wants;
}

interface Wants {
  readonly memoryBytes: number;
  readonly memoryAlignment: number;
  readonly slots: number;
}

const nothing: Wants = { memoryBytes: 0, memoryAlignment: 1, slots: 0 };

/** The subsection of "dylink.0" that says what the loader must allocate. */
const memoryInfo = 1;

export function readPart(name: string, bytes: Uint8Array): Part {
  const module = readModule(bytes);
  const code = findSection(module.sections, SectionId.code);
  const bodies = code === undefined ? [] : readBodies(new WasmReader(bytes, code.from, code.to));
  return { name, module, bodies, wants: readWants(module) };
}

function readWants({ bytes, sections }: WasmModule): Wants {
  const section = sections.find((candidate) => candidate.name === "dylink.0");
  if (section === undefined) return nothing;
  const reader = new WasmReader(bytes, section.from, section.to);
  while (reader.remainingBytes > 0) {
    const kind = reader.u8("a subsection");
    const lengthBytes = reader.u32("the length of a subsection");
    if (kind === memoryInfo) {
      const memoryBytes = reader.u32("the size of the memory");
      const memoryAlignment = 2 ** reader.u32("the alignment of the memory");
      return { memoryBytes, memoryAlignment, slots: reader.u32("the size of the table") };
    }
    reader.skip(lengthBytes, "a subsection");
  }
  return nothing;
}

/** The payload of a section, to be read; nothing if there is none. */
export function readerOf({ module }: Part, id: number): WasmReader | undefined {
  const section = findSection(module.sections, id);
  return section && new WasmReader(module.bytes, section.from, section.to);
}
