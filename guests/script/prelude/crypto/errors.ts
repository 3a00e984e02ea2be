type Method = (...parameters: unknown[]) => Promise<unknown>;

/** Which error the standard has where the engine has but words, by what was to be done. */
const usually: Readonly<Record<string, string>> = {
  importKey: "DataError",
  unwrapKey: "DataError",
};

/** Words of the engine that say more than that something failed. */
const said: readonly (readonly [RegExp, string])[] = [
  [/not supported|unsupported|unknown|unrecognized/i, "NotSupportedError"],
  [/usage|extractable|not permitted|not allowed/i, "InvalidAccessError"],
];

/** Has the methods of `crypto.subtle` fail as the standard says: with a DOMException of a name. */
export function nameErrors(prototype: object, names: readonly string[]): void {
  const methods = prototype as Record<string, Method>;
  for (const name of names) {
    const method = methods[name];
    if (method === undefined) continue;
    const value = async function named(this: unknown, ...parameters: unknown[]): Promise<unknown> {
      try {
        return await method.apply(this, parameters);
      } catch (error) {
        throw asStandard(error, name);
      }
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

/** What is of another kind than Error itself says by that what it is. */
function asStandard(error: unknown, method: string): unknown {
  if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) return error;
  const [, found] = said.find(([words]) => words.test(error.message)) ?? [];
  return new DOMException(error.message, found ?? usually[method] ?? "OperationError");
}
