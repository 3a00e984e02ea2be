import type { Daemon } from "#app/cli/ask";
import type { Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { PlatformError } from "#core/sys";

/** A line that is not whole yet is shown as one after so many looks without more of it. */
const heldLooksMax = 2;

/** Colours of names, by turns: those that can be read on dark and on light. */
const colours = [36, 33, 35, 32, 34] as const;

interface Output {
  readonly name: string;
  seenBytes: number | undefined;
  /** The beginning of a line. */
  rest: string;
  heldLooks: number;
}

/** What the processes of an app write, line by line, behind the names of the processes. */
export class Outputs {
  readonly #daemon: Pick<Daemon, "processes" | "output">;
  readonly #terminal: Terminal;
  readonly #outputs = new Map<string, Output>();
  #width = 0;

  constructor(daemon: Pick<Daemon, "processes" | "output">, terminal: Terminal) {
    this.#daemon = daemon;
    this.#terminal = terminal;
  }

  /** What an app has written so far is not shown. */
  async passOver(app: string): Promise<void> {
    for (const { path } of await this.#processes(app)) {
      const { endBytes } = await this.#daemon.output(path, 0);
      this.#of(path).seenBytes = endBytes;
    }
  }

  /** Shows what was written since the last look. */
  async look(app: string): Promise<void> {
    try {
      for (const { path } of await this.#processes(app)) await this.#show(path);
    } catch (error) {
      // It ended or was removed between two questions.
      const isGone = error instanceof PlatformError && error.code === "CHILD_UNKNOWN";
      if (!isGone) throw error;
    }
  }

  async #processes(app: string): Promise<readonly { readonly path: string }[]> {
    const views = await this.#daemon.processes();
    return views.filter(({ kind, path }) => kind === "process" && path.startsWith(`${app}/`));
  }

  #of(path: string): Output {
    return this.#outputs.getOrInsertComputed(path, () => {
      const name = printable(path.slice(path.lastIndexOf("/") + 1));
      this.#width = Math.max(this.#width, name.length);
      return { name, seenBytes: 0, rest: "", heldLooks: 0 };
    });
  }

  async #show(path: string): Promise<void> {
    const output = this.#of(path);
    const { text, endBytes } = await this.#daemon.output(path, output.seenBytes);
    output.seenBytes = endBytes;
    const lines = (output.rest + text).split("\n");
    output.rest = lines.pop() ?? "";
    output.heldLooks = text === "" && output.rest !== "" ? output.heldLooks + 1 : 0;
    if (output.heldLooks >= heldLooksMax) {
      lines.push(output.rest);
      output.rest = "";
      output.heldLooks = 0;
    }
    const prefix = this.#prefixOf(output);
    const shown = lines.map((line) => `${prefix}${line}\n`).join("");
    if (shown !== "") this.#terminal.out(shown);
  }

  #prefixOf({ name }: Output): string {
    const text = `${name.padEnd(this.#width)} | `;
    if (!this.#terminal.hasColours) return text;
    const place = [...this.#outputs.values()].findIndex((output) => output.name === name);
    return `\u001b[${colours[place % colours.length]}m${text}\u001b[0m`;
  }
}
