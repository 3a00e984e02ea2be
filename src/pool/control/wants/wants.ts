import { assert } from "#core/base";
import { defaultLimits, type Limits } from "#core/sys";
import { buildOf, type DesiredApp, type KeptBuild } from "#pool/control/desired";
import type { Canary } from "#pool/renewal";
import { limitNumbers, type ProcessSpec } from "#pool/manifest";

/** What is wanted of an app, and since which write. */
export interface Wanted {
  readonly desired: DesiredApp;
  readonly revision: number;
  /** How a new build of what serves takes over. */
  readonly canary?: Canary | undefined;
}

/** What is wanted of an app, and what follows from it for processes of a name. */
export class Wants {
  #desired: DesiredApp;
  #revision: number;
  #specs: ReadonlyMap<string, ProcessSpec>;
  /** Of each spec once: all its processes share what says them. */
  readonly #limits = new WeakMap<ProcessSpec, Limits>();

  constructor(desired: DesiredApp, revision: number) {
    this.#desired = desired;
    this.#revision = revision;
    this.#specs = specsOf(desired);
  }

  get desired(): DesiredApp {
    return this.#desired;
  }

  /** Since which write. */
  get revision(): number {
    return this.#revision;
  }

  become(desired: DesiredApp, revision: number): void {
    this.#desired = desired;
    this.#revision = revision;
    this.#specs = specsOf(desired);
  }

  /** What the manifest says of the processes of a name, if it has it. */
  find(name: string): ProcessSpec | undefined {
    return this.#specs.get(name);
  }

  specOf(name: string): ProcessSpec {
    const spec = this.#specs.get(name);
    assert(spec !== undefined, "a leaf of the tree was made of a spec");
    return spec;
  }

  /** What they run by. */
  buildOf(name: string): KeptBuild {
    return buildOf(this.#desired, this.specOf(name));
  }

  limitsOf(spec: ProcessSpec): Limits {
    return this.#limits.getOrInsertComputed(spec, () => ({
      ...defaultLimits,
      ...limitNumbers(spec.limits),
    }));
  }
}

function specsOf({ manifest }: DesiredApp): ReadonlyMap<string, ProcessSpec> {
  return new Map(manifest.processes.map((spec) => [spec.name, spec]));
}
