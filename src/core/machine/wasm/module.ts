import { unreachable } from "#core/base";
import { malformed, moduleLimits, WasmReader } from "#core/machine/wasm/binary";
import { Instructions } from "#core/machine/wasm/code";
import { walkGlobalSection, walkTableSection } from "./definitions.ts";
import {
  type ExternKind,
  type GlobalType,
  type Limits,
  readExternKind,
  readGlobalType,
  readMemoryType,
  readTableType,
  readTagType,
  type TableType,
} from "./extern-types.ts";
import { readSections, type Section, SectionId, sectionName } from "./sections.ts";
import { walkDataSection, walkElementSection } from "./segments.ts";
import { readTypeSection, type TypeSection } from "./type-section.ts";

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  /** Where it stands in the index space of its kind. */
  readonly index: number;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}

/**
 * The declarations of a core module. Each index space holds its imports first, then what the
 * module defines itself, as the binary format counts them.
 */
export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: TypeSection;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** How many of each kind are imported. */
  readonly importedCounts: Readonly<Record<ExternKind, number>>;
  /** Of functions and tags: the index of their type. */
  readonly functions: readonly number[];
  readonly tags: readonly number[];
  readonly tables: readonly TableType[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalType[];
  readonly startFunction: number | undefined;
}

/**
 * Reads everything a core module declares and checks its structure, all but the code. Expects
 * the header to be that of a module. Takes memory in proportion to what is declared.
 */
export function readModule(bytes: Uint8Array): WasmModule {
  const reading = new ModuleReading(bytes);
  for (const section of reading.sections) reading.read(section);
  return reading.finish();
}

/** A module half read. */
class ModuleReading {
  readonly sections: readonly Section[];
  readonly #bytes: Uint8Array;
  readonly #instructions: Instructions;
  #types: TypeSection = { offsets: [], usesGc: false };
  readonly #imports: Import[] = [];
  readonly #exports: Export[] = [];
  readonly #functions: number[] = [];
  readonly #tags: number[] = [];
  readonly #tables: TableType[] = [];
  readonly #memories: Limits[] = [];
  readonly #globals: GlobalType[] = [];
  readonly #importedCounts = { function: 0, table: 0, memory: 0, global: 0, tag: 0 };
  #startFunction: number | undefined;
  #bodies = 0;
  #dataSegments = 0;
  #dataCount: number | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#instructions = new Instructions(bytes);
    this.sections = readSections(bytes);
  }

  read(section: Section): void {
    const reader = new WasmReader(this.#bytes, section.from, section.to);
    switch (section.id) {
      case SectionId.type:
        this.#types = readTypeSection(reader);
        break;
      case SectionId.table:
        walkTableSection(reader, this.#instructions, {
          table: ({ type }) => this.#tables.push(type),
        });
        break;
      case SectionId.global:
        walkGlobalSection(reader, this.#instructions, {
          global: (type) => this.#globals.push(type),
        });
        break;
      case SectionId.start:
        this.#startFunction = this.#readIndex(reader, "function");
        reader.finish("the start section");
        break;
      case SectionId.element:
        walkElementSection(reader, this.#instructions);
        break;
      case SectionId.code:
        this.#bodies = reader.count("function bodies");
        break;
      case SectionId.data:
        this.#dataSegments = walkDataSection(reader, this.#instructions);
        break;
      case SectionId.dataCount:
        this.#dataCount = reader.u32("the number of data segments");
        reader.finish("the data count section");
        break;
      default:
        this.#readList(section, reader);
    }
  }

  finish(): WasmModule {
    this.#checkCounts();
    return {
      bytes: this.#bytes,
      sections: this.sections,
      types: this.#types,
      imports: this.#imports,
      exports: this.#exports,
      importedCounts: this.#importedCounts,
      functions: this.#functions,
      tags: this.#tags,
      tables: this.#tables,
      memories: this.#memories,
      globals: this.#globals,
      startFunction: this.#startFunction,
    };
  }

  /** What one section announces and another one brings. */
  #checkCounts(): void {
    const end = this.#bytes.length;
    const defined = this.#functions.length - this.#importedCounts.function;
    if (defined !== this.#bodies) {
      throw malformed(`${defined} functions are declared, ${this.#bodies} have a body`, end);
    }
    const announced = this.#dataCount ?? this.#dataSegments;
    if (announced !== this.#dataSegments) {
      throw malformed(`${announced} data segments announced, there are ${this.#dataSegments}`, end);
    }
  }

  /** The sections that are nothing but a list of entries. */
  #readList(section: Section, reader: WasmReader): void {
    const list = this.#listOf(section.id);
    if (list === undefined) return;
    for (let count = reader.count(list.what, list.max); count > 0; count--) list.entry(reader);
    reader.finish(sectionName(section.id));
  }

  #listOf(
    id: number,
  ):
    | { readonly what: string; readonly max: number; readonly entry: (reader: WasmReader) => void }
    | undefined {
    switch (id) {
      case SectionId.import:
        return { what: "imports", max: moduleLimits.imports, entry: (r) => this.#readImport(r) };
      case SectionId.function:
        return {
          what: "functions",
          max: moduleLimits.functions,
          entry: (r) => this.#functions.push(this.#readTypeIndex(r)),
        };
      case SectionId.memory:
        return {
          what: "memories",
          max: moduleLimits.memories,
          entry: (r) => this.#memories.push(readMemoryType(r)),
        };
      case SectionId.tag:
        return {
          what: "tags",
          max: moduleLimits.tags,
          entry: (r) => this.#tags.push(this.#checkType(readTagType(r), r.at)),
        };
      case SectionId.export:
        return { what: "exports", max: moduleLimits.exports, entry: (r) => this.#readExport(r) };
      default:
        return undefined;
    }
  }

  #readImport(reader: WasmReader): void {
    const module = reader.name("the module of an import");
    const name = reader.name("the name of an import");
    const kind = readExternKind(reader);
    const index = this.#importedCounts[kind]++;
    this.#imports.push({ module, name, kind, index });
    switch (kind) {
      case "function":
        this.#functions.push(this.#readTypeIndex(reader));
        break;
      case "table":
        this.#tables.push(readTableType(reader));
        break;
      case "memory":
        this.#memories.push(readMemoryType(reader));
        break;
      case "global":
        this.#globals.push(readGlobalType(reader));
        break;
      case "tag":
        this.#tags.push(this.#checkType(readTagType(reader), reader.at));
        break;
      default:
        unreachable(kind);
    }
  }

  #readExport(reader: WasmReader): void {
    const name = reader.name("the name of an export");
    const kind = readExternKind(reader);
    this.#exports.push({ name, kind, index: this.#readIndex(reader, kind) });
  }

  #readIndex(reader: WasmReader, kind: ExternKind): number {
    const start = reader.at;
    const index = reader.u32(`the index of a ${kind}`);
    if (index >= this.#declared(kind)) throw malformed(`there is no ${kind} ${index}`, start);
    return index;
  }

  #declared(kind: ExternKind): number {
    switch (kind) {
      case "function":
        return this.#functions.length;
      case "table":
        return this.#tables.length;
      case "memory":
        return this.#memories.length;
      case "global":
        return this.#globals.length;
      case "tag":
        return this.#tags.length;
      default:
        return unreachable(kind);
    }
  }

  #readTypeIndex(reader: WasmReader): number {
    const start = reader.at;
    return this.#checkType(reader.u32("a type index"), start);
  }

  #checkType(index: number, at: number): number {
    if (index >= this.#types.offsets.length) throw malformed(`there is no type ${index}`, at);
    return index;
  }
}
