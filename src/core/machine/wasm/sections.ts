import { hex, malformed, moduleLimits, unsupported, WasmReader } from "#core/machine/wasm/binary";

/** The numbers sections are known by. */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order in which sections must come, custom ones anywhere. */
export const sectionOrder: readonly number[] = [
  SectionId.type,
  SectionId.import,
  SectionId.function,
  SectionId.table,
  SectionId.memory,
  SectionId.tag,
  SectionId.global,
  SectionId.export,
  SectionId.start,
  SectionId.element,
  SectionId.dataCount,
  SectionId.code,
  SectionId.data,
];

const sectionNames: ReadonlyMap<number, string> = new Map(
  Object.entries(SectionId).map(([name, id]) => [id, name]),
);

/** `the import section`, for messages. */
export function sectionName(id: number): string {
  const name = sectionNames.get(id);
  return name === undefined ? `section ${id}` : `the ${name} section`;
}

/** One section: its header begins at `at`, its payload is `from` up to `to`. */
export interface Section {
  readonly id: number;
  /** Of a custom section, whose payload then begins after the name; else undefined. */
  readonly name: string | undefined;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

const headerBytes = 8;
const magic = 0x6d736100;
const moduleVersion = 1;
const componentVersion = 0x1000d;

/** Tells a core module from a component by its first eight bytes; anything else is refused. */
export function readBinaryKind(bytes: Uint8Array): "module" | "component" {
  if (bytes.length === 0) throw malformed("the file is empty", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0, true) !== magic) {
    throw malformed("it does not begin with the bytes of WebAssembly", 0);
  }
  if (bytes.length < headerBytes) throw malformed("the version is missing", bytes.length);
  const version = view.getUint32(4, true);
  if (version === moduleVersion) return "module";
  if (version === componentVersion) return "component";
  throw unsupported(`version ${hex(version)} of the binary format is unknown`, 4);
}

/** The sections of a core module, checked for order and bounds; their payloads are not read. */
export function readSections(bytes: Uint8Array): readonly Section[] {
  const reader = new WasmReader(bytes, headerBytes);
  const sections: Section[] = [];
  let lastRank = -1;
  while (reader.remainingBytes > 0) {
    const section = readSection(reader);
    if (sections.push(section) > moduleLimits.sections) {
      throw unsupported(`it has more than ${moduleLimits.sections} sections`, section.at);
    }
    if (section.id === SectionId.custom) continue;
    const rank = sectionOrder.indexOf(section.id);
    if (rank < 0) throw unsupported(`${sectionName(section.id)} is unknown`, section.at);
    if (rank <= lastRank) {
      throw malformed(`${sectionName(section.id)} is out of order`, section.at);
    }
    lastRank = rank;
  }
  return sections;
}

/** The section with this number, which no module has twice. */
export function findSection(sections: readonly Section[], id: number): Section | undefined {
  return sections.find((section) => section.id === id);
}

function readSection(reader: WasmReader): Section {
  const at = reader.at;
  const id = reader.u8("a section");
  const lengthBytes = reader.u32("the length of a section");
  const payload = reader.at;
  reader.skip(lengthBytes, sectionName(id));
  if (id !== SectionId.custom) {
    return { id, name: undefined, at, from: payload, to: reader.at };
  }
  const inside = new WasmReader(reader.bytes, payload, reader.at);
  const name = inside.name("the name of a custom section");
  return { id, name, at, from: inside.at, to: reader.at };
}
