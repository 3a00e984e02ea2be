/**
 * WebAssembly modules as bytes: their sections, what they declare, and descriptions of that.
 *
 * Knows: how a core module is put together, and the imports and exports of a component.
 * Must hold: whatever the bytes say, an answer comes in time and memory in proportion to them, or
 * a `PlatformError` that names what and where; nothing else is thrown. It checks structure, not
 * types: V8 validates as well.
 * Never imports: anything but base and the two folders below it, which read the format's pieces.
 * Knows nothing of what the kernel does to a module.
 * Start reading at `describe.ts`, then `module.ts`.
 */
export type { ComponentDescription, ComponentExtern } from "./component.ts";
export { walkGlobalSection, walkTableSection } from "./definitions.ts";
export {
  describe,
  describeModule,
  type ExportDescription,
  type ImportDescription,
  type MemoryDescription,
  type ModuleDescription,
  type TableDescription,
} from "./describe.ts";
export { type ExternKind, externKindCode, type Limits, writeLimits } from "./extern-types.ts";
export { type Import, readModule, type WasmModule } from "./module.ts";
export { findSection, readBinaryKind, type Section, SectionId, sectionOrder } from "./sections.ts";
export { walkElementSection } from "./segments.ts";
