// table: the options and examples of the command for queues
import { type Command, connectionOptions, jsonOption } from "#app/cli/command";

/** `noos queue`: its work is loaded when it is run. */
export const queue: Command = {
  name: "queue",
  summary: "List durable queues, look at their messages, send, redrive, purge or replay some",
  usage:
    "[options] list [APP] | show Q | peek Q [STANDING] | send Q FILE | redrive Q [ID…] | " +
    "purge Q STANDING | replay Q FROM [TO]",
  options: [
    { name: "key", value: "KEY", meaning: "of send: it is handled in order with others of it" },
    { name: "delay", value: "TIME", meaning: "of send: it is handled no sooner, as in 10s" },
    { name: "type", value: "TYPE", meaning: "of send: its content-type" },
    { name: "from", value: "ID", meaning: "of peek: from this message on" },
    { name: "most", value: "N", meaning: "of peek: so many at most (10)" },
    { ...jsonOption, meaning: "of list, show and peek: as JSON, for programs" },
    ...connectionOptions,
  ],
  completes: [["list", "show", "peek", "send", "redrive", "purge", "replay"], "queues"],
  examples: [
    { line: "noos queue list", does: "All queues, and how many messages stand where." },
    { line: "noos queue show shop/jobs", does: "One, with its bounds." },
    {
      line: "noos queue peek shop/jobs dead",
      does: "Messages that are ready (as without a word), delayed, leased or dead.",
    },
    { line: "noos queue send shop/jobs order.json", does: "Sends a file; - is what comes in." },
    { line: "noos queue redrive shop/jobs 17", does: "Has a dead one be ready; all without ID." },
    { line: "noos queue purge shop/jobs dead", does: "Removes them; `all` removes all." },
    { line: "noos queue replay shop/jobs 1 100", does: "Sends again what is done with: 1 to 99." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/queue")).queue(parsed, terminal);
  },
};
