import { restorableExport } from "#core/machine/state";
import type { ModuleDescription } from "#core/machine/wasm";
import type { PreparePhase } from "./prepare-phases.ts";
import type { GuestNames } from "./trap.ts";

/** A program ready to be started any number of times. */
export class Program {
  readonly name: string;
  /** SHA-256 of the bytes as they were given. */
  readonly sha256: string;
  readonly module: WebAssembly.Module;
  readonly description: ModuleDescription;
  readonly isPreemptible: boolean;
  readonly phases: readonly PreparePhase[];

  constructor(parts: {
    readonly name: string;
    readonly sha256: string;
    readonly module: WebAssembly.Module;
    readonly description: ModuleDescription;
    readonly isPreemptible: boolean;
    readonly phases: readonly PreparePhase[];
  }) {
    this.name = parts.name;
    this.sha256 = parts.sha256;
    this.module = parts.module;
    this.description = parts.description;
    this.isPreemptible = parts.isPreemptible;
    this.phases = parts.phases;
  }

  /** How to name its functions in a stack. */
  get names(): GuestNames {
    return { module: this.module };
  }

  /** Whether its processes may begin with the state of one that was initialised the same. */
  get isRestorable(): boolean {
    return this.hasFunction(restorableExport, "() -> ()");
  }

  /** Whether it imports a function of this name from this module. */
  importsFunction(module: string, name: string): boolean {
    return this.description.imports.some(
      (row) => row.module === module && row.name === name && row.kind === "function",
    );
  }

  /** Whether it exports a function of this name and type. */
  hasFunction(name: string, type: string): boolean {
    return this.description.exports.some(
      (row) => row.name === name && row.kind === "function" && row.type === type,
    );
  }
}
