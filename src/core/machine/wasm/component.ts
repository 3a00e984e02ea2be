import { unreachable } from "#core/base";
import { hex, moduleLimits, unsupported, WasmReader } from "#core/machine/wasm/binary";

/** What a component can import or export, as the text format names it. */
export type ComponentSort =
  | "core module"
  | "function"
  | "value"
  | "type"
  | "component"
  | "instance";

export interface ComponentExtern {
  /** Such as `wasi:cli/run@0.2.0`. */
  readonly name: string;
  readonly sort: ComponentSort;
}

/** What a component asks for and offers at its outermost level. */
export interface ComponentDescription {
  readonly kind: "component";
  readonly imports: readonly ComponentExtern[];
  readonly exports: readonly ComponentExtern[];
  /** Sizes of the core modules it carries at its outermost level. */
  readonly coreModuleBytes: readonly number[];
}

const headerBytes = 8;
const SectionId = { coreModule: 1, import: 10, export: 11 } as const;

/** By the number a sort has in an export; 0 is followed by the sort of a core thing. */
const sorts: readonly ComponentSort[] = [
  "core module",
  "function",
  "value",
  "type",
  "component",
  "instance",
];
const coreModuleSort = 0x11;

/** Numbers of the forms a name is written in; the last one brings a version along. */
const nameWithVersion = 2;

/** Expects the header to be that of a component. */
export function describeComponent(bytes: Uint8Array): ComponentDescription {
  const imports: ComponentExtern[] = [];
  const exports: ComponentExtern[] = [];
  const coreModuleBytes: number[] = [];
  const reader = new WasmReader(bytes, headerBytes);
  while (reader.remainingBytes > 0) {
    const id = reader.u8("a section");
    const lengthBytes = reader.u32("the length of a section");
    const from = reader.at;
    reader.skip(lengthBytes, `component section ${id}`);
    const section = new WasmReader(bytes, from, reader.at);
    if (id === SectionId.coreModule) coreModuleBytes.push(lengthBytes);
    else if (id === SectionId.import) readList(section, imports, readImport);
    else if (id === SectionId.export) readList(section, exports, readExport);
  }
  return { kind: "component", imports, exports, coreModuleBytes };
}

function readList(
  reader: WasmReader,
  into: ComponentExtern[],
  readEntry: (reader: WasmReader) => ComponentExtern,
): void {
  for (let count = reader.count("entries", moduleLimits.imports); count > 0; count--) {
    into.push(readEntry(reader));
  }
  reader.finish("a section of imports or exports");
}

function readImport(reader: WasmReader): ComponentExtern {
  const name = readExternName(reader);
  return { name, sort: skipExternType(reader) };
}

function readExport(reader: WasmReader): ComponentExtern {
  const name = readExternName(reader);
  const sort = readSort(reader);
  if (sort === "core module") reader.u8("a core sort");
  reader.u32("the index of an export");
  if (reader.u8("an export's type") !== 0) skipExternType(reader);
  return { name, sort };
}

function readExternName(reader: WasmReader): string {
  const start = reader.at;
  const form = reader.u8("the form of a name");
  if (form > nameWithVersion) throw unsupported(`name form ${hex(form)} is unknown`, start);
  const name = reader.name("the name of an import or export");
  return form === nameWithVersion ? `${name}@${reader.name("a version")}` : name;
}

function readSort(reader: WasmReader): ComponentSort {
  const start = reader.at;
  const code = reader.u8("a sort");
  const sort = sorts[code];
  if (sort === undefined) throw unsupported(`component sort ${hex(code)} is unknown`, start);
  return sort;
}

/** Steps over the type an import or export is given, and answers what sort of thing it is. */
function skipExternType(reader: WasmReader): ComponentSort {
  const sort = readSort(reader);
  switch (sort) {
    case "core module":
      if (reader.u8("a core sort") !== coreModuleSort) {
        throw unsupported("a core thing other than a module is imported", reader.at - 1);
      }
      reader.u32("a type index");
      break;
    case "type":
      // A bound: 0 is "the type with this index", 1 is "some resource type".
      if (reader.u8("a type bound") === 0) reader.u32("a type index");
      break;
    case "value":
      // A bound: 0 is "the value with this index", 1 is a value type.
      if (reader.u8("a value bound") === 0) reader.u32("a value index");
      else reader.s33("a value type");
      break;
    case "function":
    case "component":
    case "instance":
      reader.u32("a type index");
      break;
    default:
      unreachable(sort);
  }
  return sort;
}
