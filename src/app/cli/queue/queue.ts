import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { nearest } from "#core/base";
import { PlatformError } from "#core/sys";
import { purge, redrive, replay, send } from "./change.ts";
import { list, peek, show } from "./look.ts";
import type { Deed, QueueName } from "./deed.ts";

/** What `noos queue` does, by the word after it. */
const deeds: Readonly<Record<string, Deed>> = { list, show, peek, send, redrive, purge, replay };

/** `noos queue list|show|peek|send|redrive|purge|replay`. */
export async function queue(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [word = "", ...positionals] = parsed.positionals;
  const deed = Object.hasOwn(deeds, word) ? deeds[word] : undefined;
  if (deed === undefined) throw unknownWord(word);
  const command = `queue ${word}`;
  const more = deed.takesMore ? positionals.slice(deed.names.length).map(() => "ID?") : [];
  const operands = readOperands({ positionals }, { command, names: [...deed.names, ...more] });
  return withDaemon(parsed, async (daemon) => {
    const hasQueue = deed.names[0] === "APP/QUEUE";
    const [typed = ""] = operands;
    const name = hasQueue ? await findQueue(daemon, typed, command) : noQueue;
    const others = operands.slice(hasQueue ? 1 : 0);
    await deed.do({ daemon, name, operands: others, parsed, terminal });
    return 0;
  });
}

const noQueue: QueueName = { app: "", queue: "" };

function unknownWord(word: string): PlatformError {
  const known = Object.keys(deeds);
  const found = word === "" ? "nothing is given" : `found "${word}"`;
  return new PlatformError(`cannot queue: expected ${known.join(", ")}; ${found}`, {
    code: "USAGE",
    hint: `noos queue ${nearest(word, known) ?? "list"}`,
  });
}

/** Of `APP/QUEUE` the daemon knows best; a queue's name is enough where one app has it. */
async function findQueue(daemon: Daemon, typed: string, deed: string): Promise<QueueName> {
  const [app = "", name = "", ...others] = typed.split("/");
  if (app !== "" && name !== "" && others.length === 0) return { app, queue: name };
  const views = await daemon.queues();
  const paths = views.map((view) => `${view.app}/${view.name}`);
  const found = findPath(paths, { typed, deed, what: "queue" });
  const at = found.indexOf("/");
  return { app: found.slice(0, at), queue: found.slice(at + 1) };
}
