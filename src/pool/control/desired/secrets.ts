import { PlatformError } from "#core/sys";
import type { SecretView } from "#pool/api";
import type { Seal, Store, StoreChange } from "#pool/host";
import { isAppName, isVariableName, type Manifest, manifestBounds } from "#pool/manifest";
import { keys, type KeptSecret, secretOf } from "./desired-app.ts";
import { write } from "./write.ts";

/** Texts that nobody is ever shown, only processes. */
export class Secrets {
  readonly #store: Store;
  readonly #seal: Seal;

  constructor(store: Store, seal: Seal) {
    this.#store = store;
    this.#seal = seal;
  }

  /** Throws `REQUEST_INVALID`. */
  set(secret: {
    readonly app: string;
    readonly name: string;
    readonly value: string;
    readonly setAt: string;
  }): void {
    const { app, name, value, setAt } = secret;
    checkNames(app, name);
    checkValue(name, value);
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
    return secretsIn(this.#store, app);
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

/** Which secrets there are, whether or not they can be read. */
export function secretsIn(store: Store, app?: string): readonly SecretView[] {
  return store.list(keys.secrets(app)).map(({ key, value }) => {
    const { setAt } = JSON.parse(value) as KeptSecret;
    return { ...secretOf(key), setAt };
  });
}

/** Forgets all secrets, without a key; answers which there were. */
export function forgetSecrets(store: Store): readonly SecretView[] {
  const all = secretsIn(store);
  const change = ({ app, name }: SecretView): StoreChange => ({
    key: keys.secret(app, name),
    value: undefined,
  });
  if (all.length > 0) write(store, all.map(change));
  return all;
}

/** Names that no manifest can have would be kept for nobody, or under another's key. */
function checkNames(app: string, name: string): void {
  if (isAppName(app) && isVariableName(name)) return;
  throw new PlatformError(
    `cannot keep a secret "${name}" of "${app}": no manifest has such names`,
    {
      code: "REQUEST_INVALID",
      hint: "name an app and a variable as in `noos secret set shop DB_PASSWORD`",
    },
  );
}

function checkValue(name: string, value: string): void {
  const { textCharactersMax } = manifestBounds;
  if (value.length <= textCharactersMax && !value.includes("\0") && value.isWellFormed()) return;
  throw new PlatformError(`cannot keep this value of ${name}: no process could be given it`, {
    code: "REQUEST_INVALID",
    hint: `give at most ${textCharactersMax} characters of text, none of them NUL`,
  });
}

function unset(app: string, names: readonly string[]): PlatformError {
  const which = names.length === 1 ? `the secret ${names[0]}` : `the secrets ${names.join(", ")}`;
  return new PlatformError(`"${app}" has no value for ${which}`, {
    code: "SECRET_UNSET",
    hint: `set it with \`noos secret set ${app} ${names[0]}\``,
  });
}
