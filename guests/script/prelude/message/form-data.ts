import { Blob, File } from "./blob.ts";

type Entry = readonly [name: string, value: string | File];

export class FormData {
  #entries: Entry[] = [];

  append(name: string, value: string | Blob, fileName?: string): void {
    this.#entries.push(entryOf(name, value, fileName));
  }
  set(name: string, value: string | Blob, fileName?: string): void {
    const entry = entryOf(name, value, fileName);
    const at = this.#entries.findIndex(([known]) => known === entry[0]);
    if (at < 0) {
      this.#entries.push(entry);
      return;
    }
    this.#entries = this.#entries.filter(([known], i) => i <= at || known !== entry[0]);
    this.#entries[at] = entry;
  }
  delete(name: string): void {
    this.#entries = this.#entries.filter(([known]) => known !== String(name));
  }
  get(name: string): string | File | null {
    return this.#entries.find(([known]) => known === String(name))?.[1] ?? null;
  }
  getAll(name: string): (string | File)[] {
    return this.#entries.filter(([known]) => known === String(name)).map(([, value]) => value);
  }
  has(name: string): boolean {
    return this.#entries.some(([known]) => known === String(name));
  }
  forEach(
    callback: (value: string | File, name: string, form: FormData) => void,
    self?: unknown,
  ): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }
  *entries(): Generator<Entry> {
    for (const [name, value] of this.#entries) yield [name, value];
  }
  *keys(): Generator<string> {
    for (const [name] of this.#entries) yield name;
  }
  *values(): Generator<string | File> {
    for (const [, value] of this.#entries) yield value;
  }
  [Symbol.iterator](): Generator<Entry> {
    return this.entries();
  }
  get [Symbol.toStringTag](): string {
    return "FormData";
  }
}

function entryOf(name: string, value: string | Blob, fileName: string | undefined): Entry {
  if (!(value instanceof Blob)) {
    if (fileName !== undefined) throw new TypeError("only a Blob has a file name");
    return [String(name), String(value)];
  }
  if (value instanceof File && fileName === undefined) return [String(name), value];
  const known = value instanceof File ? { lastModified: value.lastModified } : {};
  const named = new File([value], fileName ?? "blob", { type: value.type, ...known });
  return [String(name), named];
}
