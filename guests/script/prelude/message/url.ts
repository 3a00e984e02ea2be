import { paramsOf, resetParams, type URLSearchParams } from "./search-params.ts";

const paramsOfUrl = new WeakMap<URL, URLSearchParams>();

/** Adds to the engine's `URL` what it lacks: its parameters, `parse`, and how it is told. */
export function completeUrl(Url: typeof URL): void {
  const { prototype } = Url;
  const search = accessor(prototype, "search");
  const href = accessor(prototype, "href");
  const follow = (url: URL): void => {
    const params = paramsOfUrl.get(url);
    if (params !== undefined) resetParams(params, search.get.call(url));
  };
  define(prototype, "searchParams", {
    get(this: URL): URLSearchParams {
      const known = paramsOfUrl.get(this);
      if (known !== undefined) return known;
      const made = paramsOf(search.get.call(this), (query) => search.set.call(this, query));
      paramsOfUrl.set(this, made);
      return made;
    },
  });
  for (const [name, { get, set }] of [["search", search] as const, ["href", href] as const]) {
    define(prototype, name, {
      get,
      set(this: URL, value: string): void {
        set.call(this, value);
        follow(this);
      },
    });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: "URL", configurable: true });
  Object.defineProperty(Url, "parse", {
    value: (text: string, base?: string): URL | null => {
      return Url.canParse(text, base) ? new Url(text, base) : null;
    },
    writable: true,
    configurable: true,
  });
}

interface Accessor {
  readonly get: (this: URL) => string;
  readonly set: (this: URL, value: string) => void;
}

function accessor(prototype: URL, name: "search" | "href"): Accessor {
  return Object.getOwnPropertyDescriptor(prototype, name) as unknown as Accessor;
}

function define(prototype: URL, name: string, parts: PropertyDescriptor): void {
  Object.defineProperty(prototype, name, { ...parts, configurable: true, enumerable: true });
}
