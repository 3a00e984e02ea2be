type Pair = [name: string, value: string];

type Init =
  | string
  | URLSearchParams
  | Iterable<readonly string[]>
  | Readonly<Record<string, string>>;

/** Makes the parameters of a URL, which tell it when they change. */
export let paramsOf: (query: string, changed: (query: string) => void) => URLSearchParams;
/** Sets what they hold, for the URL says so. */
export let resetParams: (params: URLSearchParams, query: string) => void;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class URLSearchParams {
  #pairs: Pair[] = [];
  #changed: ((query: string) => void) | undefined = undefined;

  static {
    paramsOf = (query, changed) => {
      const params = new URLSearchParams(query);
      params.#changed = changed;
      return params;
    };
    resetParams = (params, query) => {
      params.#pairs = parse(query.replace(/^\?/, ""));
    };
  }

  constructor(init: Init = "") {
    if (typeof init !== "object" || init === null)
      this.#pairs = parse(`${init}`.replace(/^\?/, ""));
    else if (Symbol.iterator in init) this.#pairs = [...init].map(pairOf);
    else this.#pairs = Object.entries(init).map(pairOf);
  }

  get size(): number {
    return this.#pairs.length;
  }
  append(name: string, value: string): void {
    this.#change([...this.#pairs, pairOf([name, value])]);
  }
  delete(name: string, value?: string): void {
    const differs = ([n, v]: Pair): boolean =>
      n !== `${name}` || (value !== undefined && v !== `${value}`);
    this.#change(this.#pairs.filter(differs));
  }
  get(name: string): string | null {
    return this.#pairs.find(([known]) => known === `${name}`)?.[1] ?? null;
  }
  getAll(name: string): string[] {
    return this.#pairs.filter(([known]) => known === `${name}`).map(([, value]) => value);
  }
  has(name: string, value?: string): boolean {
    return this.#pairs.some(
      ([n, v]) => n === `${name}` && (value === undefined || v === `${value}`),
    );
  }
  set(name: string, value: string): void {
    const at = this.#pairs.findIndex(([known]) => known === `${name}`);
    if (at < 0) {
      this.append(name, value);
      return;
    }
    const kept = this.#pairs.filter(([known], i) => i <= at || known !== `${name}`);
    this.#change(kept.map((pair, i) => (i === at ? pairOf([name, value]) : pair)));
  }
  sort(): void {
    this.#change(this.#pairs.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
  }
  forEach(
    callback: (value: string, name: string, params: URLSearchParams) => void,
    self?: unknown,
  ): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }
  toString(): string {
    return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  }
  *entries(): Generator<Pair> {
    // Looked at anew each time, for it may change while somebody walks it.
    for (let i = 0; i < this.#pairs.length; i++) yield [...(this.#pairs[i] as Pair)];
  }
  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }
  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }
  [Symbol.iterator](): Generator<Pair> {
    return this.entries();
  }
  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  #change(pairs: Pair[]): void {
    this.#pairs = pairs;
    this.#changed?.(this.toString());
  }
}

function pairOf(pair: readonly string[]): Pair {
  const [name, value, ...more] = [...pair];
  if (name === undefined || value === undefined || more.length > 0) {
    throw new TypeError("each parameter is a name and a value");
  }
  return [`${name}`.toWellFormed(), `${value}`.toWellFormed()];
}

function parse(query: string): Pair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

/** Of what is not well formed it keeps what it can, as the standard says. */
function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  const bytes: number[] = [];
  for (const piece of spaced.split(/(%[\da-f]{2})/i)) {
    if (/^%[\da-f]{2}$/i.test(piece)) bytes.push(Number.parseInt(piece.slice(1), 16));
    else bytes.push(...encoder.encode(piece));
  }
  return decoder.decode(new Uint8Array(bytes));
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
