import { type Daemon, jsonList, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { nearest, printable } from "#core/base";
import { PlatformError } from "#core/sys";
import { readSecret } from "./read-secret.ts";

type Work = (daemon: Daemon, operands: readonly string[], of: Given) => Promise<void>;

interface Given {
  readonly parsed: ParsedArguments;
  readonly terminal: Terminal;
}

const setNames = ["APP", "NAME"];

/** What `noos secret` does, by the word after it. */
const works: Readonly<Record<string, { readonly names: readonly string[]; readonly do: Work }>> = {
  set: { names: setNames, do: setSecret },
  list: { names: ["APP?"], do: listSecrets },
  rm: { names: ["APP", "NAME"], do: removeSecret },
};

/** `noos secret set|list|rm`. */
export async function secret(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [word = "", ...positionals] = parsed.positionals;
  const work = Object.hasOwn(works, word) ? works[word] : undefined;
  if (work === undefined) throw unknownWord(word);
  if (word === "set" && positionals.length > setNames.length) throw valueGiven();
  const operands = readOperands({ positionals }, { command: `secret ${word}`, names: work.names });
  return withDaemon(parsed, async (daemon) => {
    await work.do(daemon, operands, { parsed, terminal });
    return 0;
  });
}

function unknownWord(word: string): PlatformError {
  const known = Object.keys(works);
  const found = word === "" ? "nothing is given" : `found "${word}"`;
  return new PlatformError(`cannot secret: expected ${known.join(", ")}; ${found}`, {
    code: "USAGE",
    hint: `noos secret ${nearest(word, known) ?? "list"}`,
  });
}

/** Says nothing of it: what is printed may be kept by others, as what is typed is by the shell. */
function valueGiven(): PlatformError {
  return new PlatformError("cannot secret set: the value does not belong on the command line", {
    code: "USAGE",
    hint: "noos secret set APP NAME, and type it when asked; or send it: < FILE",
  });
}

async function setSecret(
  daemon: Daemon,
  [app = "", name = ""]: readonly string[],
  { terminal }: Given,
): Promise<void> {
  const value = await readSecret(process.stdin, {
    prompt: `value of ${printable(name)} (it is not shown): `,
    say: (text) => terminal.err(text),
  });
  await daemon.setSecret(app, name, value);
  terminal.out(
    `${printable(name)} of ${printable(app)} is set; processes read it when they start\n`,
  );
}

async function listSecrets(
  daemon: Daemon,
  [app]: readonly string[],
  { parsed, terminal }: Given,
): Promise<void> {
  const views = await daemon.secrets(app);
  if (parsed.flags.has("json")) return terminal.out(jsonList(views));
  if (views.length === 0) return terminal.err("noos: there are no secrets\n");
  for (const view of views) {
    terminal.out(`${printable(view.app)}  ${printable(view.name)}  set ${printable(view.setAt)}\n`);
  }
}

async function removeSecret(
  daemon: Daemon,
  [app = "", name = ""]: readonly string[],
  { terminal }: Given,
): Promise<void> {
  await daemon.removeSecret(app, name);
  terminal.out(`${printable(name)} of ${printable(app)} is gone; who runs still has it\n`);
}
