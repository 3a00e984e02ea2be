export type HeadersInit =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string>>;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A character for each byte, and none that would end a line. */
const badValue = /[\0\r\n]|[^\0-\xff]/;
const spaceAround = /^[\t\r\n ]+|[\t\r\n ]+$/g;

/** Names in lower case, and values, by turns, in the order they were given. */
type List = string[];

/** The list of headers as it is, which is not to be changed. */
export let listOf: (headers: Headers) => readonly string[];
/** Headers of a list of names, in lower case, and values, which is known to be sound. */
export let headersFrom: (list: string[]) => Headers;

export class Headers {
  #list: List = [];

  static {
    listOf = (headers) => headers.#list;
    headersFrom = (list) => {
      const headers = new Headers();
      headers.#list = list;
      return headers;
    };
  }

  constructor(init?: HeadersInit) {
    if (init === undefined || init === null) return;
    if (init instanceof Headers) this.#list = [...init.#list];
    else this.#fill(init);
  }

  append(name: string, value: string): void {
    this.#list.push(nameOf(name), valueOf(value));
  }

  set(name: string, value: string): void {
    const wanted = nameOf(name);
    const checked = valueOf(value);
    const at = this.#find(wanted);
    if (at < 0) {
      this.#list.push(wanted, checked);
      return;
    }
    this.#remove(wanted, at + 2);
    this.#list[at + 1] = checked;
  }

  delete(name: string): void {
    this.#remove(nameOf(name), 0);
  }

  get(name: string): string | null {
    const wanted = nameOf(name);
    const list = this.#list;
    let found: string | null = null;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] !== wanted) continue;
      found = found === null ? (list[i + 1] as string) : `${found}, ${list[i + 1]}`;
    }
    return found;
  }

  has(name: string): boolean {
    return this.#find(nameOf(name)) >= 0;
  }

  getSetCookie(): string[] {
    return this.#list.filter((_, i) => i % 2 === 1 && this.#list[i - 1] === "set-cookie");
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  /** Sorted by name, values of one name together, but for cookies. */
  *entries(): Generator<[string, string]> {
    const list = this.#list;
    const names = new Set(list.filter((_, i) => i % 2 === 0));
    for (const name of [...names].sort()) {
      if (name === "set-cookie") for (const cookie of this.getSetCookie()) yield [name, cookie];
      else yield [name, this.get(name) as string];
    }
  }
  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }
  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }
  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  #fill(init: Iterable<readonly [string, string]> | Readonly<Record<string, string>>): void {
    if (typeof init !== "object") throw new TypeError("Headers take an object or a list of pairs");
    if (Symbol.iterator in init) {
      for (const pair of init as Iterable<readonly string[]>) {
        const [name, value, more] = [...pair];
        if (value === undefined || more !== undefined) throw new TypeError("a header is a pair");
        this.append(name as string, value);
      }
      return;
    }
    for (const name of Reflect.ownKeys(init)) {
      const property = Object.getOwnPropertyDescriptor(init, name);
      if (property?.enumerable === true) this.append(name as string, Reflect.get(init, name));
    }
  }

  #find(wanted: string): number {
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) if (list[i] === wanted) return i;
    return -1;
  }

  #remove(wanted: string, from: number): void {
    const list = this.#list;
    let kept = from;
    for (let i = from; i < list.length; i += 2) {
      if (list[i] === wanted) continue;
      list[kept++] = list[i] as string;
      list[kept++] = list[i + 1] as string;
    }
    list.length = kept;
  }
}

/** Names that were seen to be valid, in lower case, so that most are looked at once. */
const knownNames = new Map<string, string>();
const knownNamesMax = 500;

function nameOf(name: string): string {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const text = String(name);
  if (!token.test(text)) throw new TypeError(`Invalid header name: ${JSON.stringify(text)}`);
  const lower = text.toLowerCase();
  if (knownNames.size < knownNamesMax) knownNames.set(name, lower);
  return lower;
}

function valueOf(value: string): string {
  const text = String(value).replace(spaceAround, "");
  if (badValue.test(text)) throw new TypeError(`Invalid header value: ${JSON.stringify(text)}`);
  return text;
}
