// table: the options and examples of the commands that change what a daemon does
import { type Command, connectionOptions, jsonOption } from "#app/cli/command";

/** `noos end`: its work is loaded when it is run, as that of all here. */
export const end: Command = {
  name: "end",
  summary: "End a process or a supervisor with all below it; it stays down until a restart",
  usage: "[options] PATH",
  options: connectionOptions,
  completes: ["paths"],
  examples: [
    {
      line: "noos end shop/front/api.2",
      does: "PATH as noos ps shows it. It is down until noos restart, or the next noos up.",
    },
    { line: "noos end worker.2", does: "The end of a path is enough, if there is only one." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).end(parsed, terminal);
  },
};

export const restart: Command = {
  name: "restart",
  summary: "End a process or a supervisor if it runs, and start it",
  usage: "[options] PATH",
  options: connectionOptions,
  completes: ["paths"],
  examples: [
    { line: "noos restart shop/worker", does: "One process." },
    { line: "noos restart shop", does: "All of an app, in its order." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).restart(parsed, terminal);
  },
};

export const scale: Command = {
  name: "scale",
  summary: "Set how many processes of a name an app runs, until the next deploy",
  usage: "[options] APP/NAME N",
  options: connectionOptions,
  completes: ["specs"],
  examples: [
    { line: "noos scale shop/worker 10", does: "NAME as the app's file has it." },
    { line: "noos scale worker 0", does: "NAME is enough, if only one app has it." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).scale(parsed, terminal);
  },
};

export const rm: Command = {
  name: "rm",
  summary: "End all of an app, in its order, and forget it; its secrets are kept",
  usage: "[options] APP",
  options: [
    { name: "no-wait", meaning: "do not wait until all of it has ended" },
    ...connectionOptions,
  ],
  completes: ["apps"],
  examples: [
    { line: "noos rm shop", does: "It is gone when this answers." },
    { line: "noos rm --no-wait shop", does: "It is gone when noos ps no longer shows it." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).remove(parsed, terminal);
  },
};

export const secret: Command = {
  name: "secret",
  summary: "Set, list or remove an app's secrets, whose values are never shown",
  usage: "[options] set APP NAME | list [APP] | rm APP NAME",
  options: [{ ...jsonOption, meaning: "of list: as JSON, for programs" }, ...connectionOptions],
  completes: [["set", "list", "rm"], "apps"],
  examples: [
    { line: "noos secret set shop DB_PASSWORD", does: "Asks for it, and does not show it." },
    {
      line: "noos secret set shop TLS_KEY < key.pem",
      does: "From a file or a pipe; a value is never an operand.",
    },
    { line: "noos secret list shop", does: "Names, and when each was set." },
    { line: "noos secret rm shop DB_PASSWORD", does: "Who runs still has it." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).secret(parsed, terminal);
  },
};

export const down: Command = {
  name: "down",
  summary: "End the daemon and all it runs; what was deployed runs again with noos up",
  usage: "[options]",
  options: connectionOptions,
  completes: [],
  examples: [{ line: "noos down", does: "Answers when all has ended." }],
  async run(parsed, terminal) {
    return (await import("#app/cli/change")).down(parsed, terminal);
  },
};
