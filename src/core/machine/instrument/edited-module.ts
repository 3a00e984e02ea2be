import {
  findSection,
  type Section,
  SectionId,
  sectionOrder,
  type WasmModule,
} from "#core/machine/wasm";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";

const headerBytes = 8;

/** A module with some sections written anew; the rest is copied as it is, in the same order. */
export class EditedModule {
  readonly module: WasmModule;
  /** New payloads by section number; undefined for a section that is left out. */
  readonly #payloads = new Map<number, Uint8Array | undefined>();
  readonly #customPayloads = new Map<Section, Uint8Array | undefined>();
  /** Payloads of custom sections that go right before the code. */
  readonly #beforeCode: Uint8Array[] = [];

  constructor(module: WasmModule) {
    this.module = module;
  }

  /** Replaces, adds, or with undefined leaves out the section with this number. */
  set(id: number, payload: Uint8Array | undefined): void {
    this.#payloads.set(id, payload);
  }

  /** The same for a custom section, whose payload begins with its name. */
  setCustom(section: Section, payload: Uint8Array | undefined): void {
    this.#customPayloads.set(section, payload);
  }

  /** Adds a custom section right before the code. */
  addCustomBeforeCode(payload: Uint8Array): void {
    this.#beforeCode.push(payload);
  }

  /** Puts entries behind those of a section that is a list; makes the section if there is none. */
  append(id: number, added: { readonly count: number; readonly entries: Uint8Array }): void {
    if (added.count === 0) return;
    const payload = this.#payload(id);
    const writer = new WasmWriter((payload?.length ?? 0) + added.entries.length + 8);
    if (payload === undefined) {
      writer.u32(added.count);
    } else {
      const reader = new WasmReader(payload);
      writer.u32(reader.u32("the number of entries") + added.count);
      writer.copy(payload, reader.at);
    }
    writer.copy(added.entries);
    this.set(id, writer.peek());
  }

  toBytes(): Uint8Array {
    const { bytes, sections } = this.module;
    const pieces: Uint8Array[] = [bytes.subarray(0, headerBytes)];
    let nextRank = 0;
    for (const section of sections) {
      if (section.id === SectionId.custom) {
        this.#pushCustom(pieces, section);
        continue;
      }
      const rank = sectionOrder.indexOf(section.id);
      while (nextRank <= rank) this.#push(pieces, sectionOrder[nextRank++] as number);
    }
    while (nextRank < sectionOrder.length) this.#push(pieces, sectionOrder[nextRank++] as number);
    return concatenate(pieces);
  }

  /** The payload as it stands now; undefined if there is no such section. */
  #payload(id: number): Uint8Array | undefined {
    if (this.#payloads.has(id)) return this.#payloads.get(id);
    const section = findSection(this.module.sections, id);
    return section && this.module.bytes.subarray(section.from, section.to);
  }

  #push(pieces: Uint8Array[], id: number): void {
    if (id === SectionId.code) {
      for (const custom of this.#beforeCode) pushSection(pieces, SectionId.custom, custom);
    }
    const payload = this.#payload(id);
    if (payload !== undefined) pushSection(pieces, id, payload);
  }

  #pushCustom(pieces: Uint8Array[], section: Section): void {
    if (!this.#customPayloads.has(section)) {
      pieces.push(this.module.bytes.subarray(section.at, section.to));
      return;
    }
    const payload = this.#customPayloads.get(section);
    if (payload !== undefined) pushSection(pieces, SectionId.custom, payload);
  }
}

function pushSection(pieces: Uint8Array[], id: number, payload: Uint8Array): void {
  const head = new WasmWriter(8);
  head.u8(id);
  head.u32(payload.length);
  pieces.push(head.peek(), payload);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
