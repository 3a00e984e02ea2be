import { unreachable } from "#core/base";
import { malformed, WasmReader } from "#core/machine/wasm/binary";
import { type ComponentDescription, describeComponent } from "./component.ts";
import {
  type ExternKind,
  formatLimits,
  type GlobalType,
  type Limits,
  type TableType,
} from "./extern-types.ts";
import { readModule, type WasmModule } from "./module.ts";
import { readBinaryKind } from "./sections.ts";
import { formatFunctionType } from "./type-section.ts";

export interface ImportDescription {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  /** For people: `(i32, i32) -> i32`, `1..16 shared`, `funcref 4..`, `mut i64`. */
  readonly type: string;
}

export interface ExportDescription {
  readonly name: string;
  readonly kind: ExternKind;
  readonly type: string;
}

export interface CustomSectionDescription {
  readonly name: string;
  readonly lengthBytes: number;
}

/** A memory in index order; sizes are pages of 64 KiB. */
export interface MemoryDescription extends Limits {
  readonly imported: boolean;
}

export interface TableDescription extends TableType {
  readonly imported: boolean;
}

/** What a core module declares, its code not looked at. */
export interface ModuleDescription {
  readonly kind: "module";
  readonly imports: readonly ImportDescription[];
  readonly exports: readonly ExportDescription[];
  readonly memories: readonly MemoryDescription[];
  readonly tables: readonly TableDescription[];
  /** Functions the module defines itself. */
  readonly functionCount: number;
  readonly hasStart: boolean;
  /** Whether it declares types of the garbage collector: its objects live on the engine's heap. */
  readonly usesGc: boolean;
  readonly customSections: readonly CustomSectionDescription[];
}

/**
 * Says what a program declares, from the first bytes up. Throws `WASM_MALFORMED` or
 * `WASM_UNSUPPORTED`; does not validate types or code.
 */
export function describe(bytes: Uint8Array): ModuleDescription | ComponentDescription {
  const kind = readBinaryKind(bytes);
  return kind === "component" ? describeComponent(bytes) : describeModule(readModule(bytes));
}

/** The same for a module already read. */
export function describeModule(module: WasmModule): ModuleDescription {
  const { importedCounts } = module;
  const formatted = new FormattedTypes(module);
  return {
    kind: "module",
    imports: module.imports.map((row) => ({
      module: row.module,
      name: row.name,
      kind: row.kind,
      type: formatted.of(row.kind, row.index),
    })),
    exports: module.exports.map((row) => ({
      name: row.name,
      kind: row.kind,
      type: formatted.of(row.kind, row.index),
    })),
    memories: module.memories.map((limits, index) => ({
      ...limits,
      imported: index < importedCounts.memory,
    })),
    tables: module.tables.map((type, index) => ({
      ...type,
      imported: index < importedCounts.table,
    })),
    functionCount: module.functions.length - importedCounts.function,
    hasStart: module.startFunction !== undefined,
    usesGc: module.types.usesGc,
    customSections: module.sections.flatMap(({ name, from, to }) =>
      name === undefined ? [] : [{ name, lengthBytes: to - from }],
    ),
  };
}

/**
 * The types of what a module imports and exports, as texts. A signature is written once for all
 * that have it: a million functions may share one of a thousand parameters.
 */
class FormattedTypes {
  readonly #module: WasmModule;
  readonly #signatures = new Map<number, string>();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  of(kind: ExternKind, index: number): string {
    const module = this.#module;
    switch (kind) {
      case "function":
        return this.#signature(module.functions[index] as number);
      case "tag":
        return this.#signature(module.tags[index] as number);
      case "memory":
        return formatLimits(module.memories[index] as Limits);
      case "table": {
        const type = module.tables[index] as TableType;
        return `${type.element} ${formatLimits(type)}`;
      }
      case "global": {
        const type = module.globals[index] as GlobalType;
        return type.mutable ? `mut ${type.value}` : type.value;
      }
      default:
        return unreachable(kind);
    }
  }

  #signature(typeIndex: number): string {
    return this.#signatures.getOrInsertComputed(typeIndex, () => {
      const offset = this.#module.types.offsets[typeIndex] as number;
      const text = formatFunctionType(new WasmReader(this.#module.bytes, offset));
      if (text === undefined) throw malformed(`type ${typeIndex} is no function type`, offset);
      return text;
    });
  }
}
