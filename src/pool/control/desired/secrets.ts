import { PlatformError } from "#core/sys";
import type { SecretView } from "#pool/api";
import type { Seal, Store } from "#pool/host";
import type { Manifest } from "#pool/manifest";
import { keys, type KeptSecret, secretOf } from "./desired.ts";
import { write } from "./write.ts";

/** Texts that nobody is ever shown, only processes. */
export class Secrets {
  readonly #store: Store;
  readonly #seal: Seal;

  constructor(store: Store, seal: Seal) {
    this.#store = store;
    this.#seal = seal;
  }

  set(app: string, name: string, value: string, setAt: string): void {
    const key = keys.secret(app, name);
    const kept: KeptSecret = { sealed: this.#seal.seal(value, key), setAt };
    write(this.#store, [{ key, value: JSON.stringify(kept) }]);
  }

  /** Throws `SECRET_UNSET`, `SECRET_UNREADABLE`. */
  get(app: string, name: string): string {
    const key = keys.secret(app, name);
    const entry = this.#store.get(key);
    if (entry === undefined) throw unset(app, [name]);
    const { sealed } = JSON.parse(entry.value) as KeptSecret;
    return this.#seal.open(sealed, key);
  }

  list(app: string | undefined): readonly SecretView[] {
    return this.#store.list(keys.secrets(app)).map(({ key, value }) => {
      const { setAt } = JSON.parse(value) as KeptSecret;
      return { ...secretOf(key), setAt };
    });
  }

  /** Throws `SECRET_UNSET`. */
  remove(app: string, name: string): void {
    const key = keys.secret(app, name);
    if (this.#store.get(key) === undefined) throw unset(app, [name]);
    write(this.#store, [{ key, value: undefined }]);
  }

  /** Throws `SECRET_UNSET` where a process uses one that has no value. */
  check({ app, processes }: Manifest): void {
    const used = new Set(processes.flatMap(({ uses }) => uses.secrets));
    const missing = [...used].filter(
      (name) => this.#store.get(keys.secret(app, name)) === undefined,
    );
    if (missing.length > 0) throw unset(app, missing);
  }
}

function unset(app: string, names: readonly string[]): PlatformError {
  const which = names.length === 1 ? `the secret ${names[0]}` : `the secrets ${names.join(", ")}`;
  return new PlatformError(`"${app}" has no value for ${which}`, {
    code: "SECRET_UNSET",
    hint: `set it with \`noos secret set ${app} ${names[0]}\``,
  });
}
