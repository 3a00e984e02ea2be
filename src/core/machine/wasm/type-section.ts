import {
  hex,
  moduleLimits,
  readStorageType,
  readValueType,
  unsupported,
  type WasmReader,
} from "#core/machine/wasm/binary";

const recursionGroup = 0x4e;
const subtype = 0x50;
const finalSubtype = 0x4f;
const functionForm = 0x60;
const structForm = 0x5f;
const arrayForm = 0x5e;

/** The types of a module by index, each as the offset of its form byte: no object per type. */
export interface TypeSection {
  readonly offsets: readonly number[];
  /** Whether a struct or array type is declared: such programs allocate on the host's heap. */
  readonly usesGc: boolean;
}

/** Reads the whole payload of a type section. */
export function readTypeSection(reader: WasmReader): TypeSection {
  const offsets: number[] = [];
  let usesGc = false;
  for (let groups = reader.count("types", moduleLimits.types); groups > 0; groups--) {
    let members = 1;
    if (reader.bytes[reader.at] === recursionGroup) {
      reader.u8("a recursion group");
      members = reader.count("types of a recursion group", moduleLimits.types - offsets.length);
    }
    for (; members > 0; members--) {
      skipSubtypeHead(reader);
      offsets.push(reader.at);
      usesGc = skipComposite(reader) || usesGc;
    }
  }
  reader.finish("the type section");
  return { offsets, usesGc };
}

/** `(i32, i64) -> i32`, for the function type whose form byte is at the reader. */
export function formatFunctionType(reader: WasmReader): string | undefined {
  if (reader.u8("a type") !== functionForm) return undefined;
  const parameters = readValueTypes(reader, "parameters");
  const results = readValueTypes(reader, "results");
  const result = results.length === 1 ? results.join() : `(${results.join(", ")})`;
  return `(${parameters.join(", ")}) -> ${result}`;
}

function skipSubtypeHead(reader: WasmReader): void {
  const code = reader.bytes[reader.at];
  if (code !== subtype && code !== finalSubtype) return;
  reader.u8("a subtype");
  for (let count = reader.count("supertypes"); count > 0; count--) reader.u32("a supertype");
}

/** Answers whether the type is one of the garbage collector's. */
function skipComposite(reader: WasmReader): boolean {
  const start = reader.at;
  const form = reader.u8("a type");
  switch (form) {
    case functionForm:
      readValueTypes(reader, "parameters");
      readValueTypes(reader, "results");
      return false;
    case structForm:
      for (let count = reader.count("fields"); count > 0; count--) skipField(reader);
      return true;
    case arrayForm:
      skipField(reader);
      return true;
    default:
      throw unsupported(`type form ${hex(form)} is unknown`, start);
  }
}

function skipField(reader: WasmReader): void {
  readStorageType(reader);
  reader.u8("a field's mutability");
}

function readValueTypes(reader: WasmReader, what: string): string[] {
  const types: string[] = [];
  for (let count = reader.count(what); count > 0; count--) types.push(readValueType(reader));
  return types;
}
