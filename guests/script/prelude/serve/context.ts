import { report } from "#prelude/say";

/** What goes on after an answer, by request. */
export class Context {
  /** The process is not idle before the promise is settled; an error is printed. */
  waitUntil(promise: unknown): void {
    void settle(promise);
  }

  passThroughOnException(): void {
    // There is nothing behind this program that could answer in its place.
  }
}

async function settle(promise: unknown): Promise<void> {
  try {
    await promise;
  } catch (error) {
    report("waitUntil", error);
  }
}

/** NAME=value, each ended by a NUL, as an object that has nothing else in it. */
export function environmentOf(text: string): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const line of text.split("\0")) {
    const at = line.indexOf("=");
    if (at > 0) environment[line.slice(0, at)] = line.slice(at + 1);
  }
  return environment;
}
