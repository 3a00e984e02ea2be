// table: the options and examples of the commands that look at a daemon
import { type Command, connectionOptions, jsonOption, type OptionRow } from "#app/cli/command";

const followOption: OptionRow = {
  name: "follow",
  letter: "f",
  meaning: "go on with what comes, until Ctrl-C",
};

/** `noos ps`: its work is loaded when it is run, as that of all here. */
export const ps: Command = {
  name: "ps",
  summary: "Show apps as trees: state, age, restarts, CPU time and memory of each process",
  usage: "[options] [APP]",
  options: [jsonOption, ...connectionOptions],
  completes: ["apps"],
  examples: [
    { line: "noos ps", does: "All apps." },
    { line: "noos ps shop", does: "One of them." },
    { line: "noos ps --json shop", does: "The same as a JSON array, a process on each line." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).ps(parsed, terminal);
  },
};

export const top: Command = {
  name: "top",
  summary: "Show what takes the CPU at the moment, anew each second; q ends it",
  usage: "[options]",
  options: [
    { name: "once", meaning: "look once, for half a second; so it is without a terminal" },
    ...connectionOptions,
  ],
  completes: [],
  examples: [
    { line: "noos top", does: "The busiest first; q or Ctrl-C ends it." },
    { line: "noos top --once", does: "One look, for a script or a report." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).top(parsed, terminal);
  },
};

export const events: Command = {
  name: "events",
  summary: "Show what happened lately to processes, or what happens",
  usage: "[options]",
  options: [
    followOption,
    { name: "after", value: "POSITION", meaning: "only those after this one, as --json tells it" },
    { name: "json", meaning: "as JSON, one event a line" },
    ...connectionOptions,
  ],
  completes: [],
  examples: [
    { line: "noos events", does: "All that is kept, oldest first." },
    { line: "noos events -f", does: "What happens from now on, also over a restart of noos." },
    {
      line: "noos events -f --after oldest --json",
      does: "What is kept and what happens, for a program.",
    },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).events(parsed, terminal);
  },
};

export const output: Command = {
  name: "output",
  summary: "Show the last that a process wrote to stdout and stderr",
  usage: "[options] PATH",
  options: [
    followOption,
    {
      name: "after",
      value: "BYTES",
      meaning: "only what came after so many, the endBytes of --json",
    },
    jsonOption,
    ...connectionOptions,
  ],
  completes: ["paths"],
  examples: [
    { line: "noos output shop/front/api", does: "PATH as noos ps shows it, or the end of one." },
    {
      line: "noos output -f worker.2",
      does: "And what it goes on to write, also over a restart of noos.",
    },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).output(parsed, terminal);
  },
};

export const status: Command = {
  name: "status",
  summary: "Show how the daemon, its executors and its apps stand",
  usage: "[options]",
  options: [jsonOption, ...connectionOptions],
  completes: [],
  examples: [
    { line: "noos status", does: "The daemon that runs on this machine." },
    {
      line: "noos status --at http://10.0.0.7:7700 --token ~/noos-token",
      does: "Another one, whose token is in a file; it can be in NOOS_TOKEN instead.",
    },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).status(parsed, terminal);
  },
};

export const why: Command = {
  name: "why",
  summary: "Show why what serves has as many instances as it has, and who comes in",
  usage: "[options] PATH",
  options: [jsonOption, ...connectionOptions],
  completes: ["paths"],
  examples: [
    { line: "noos why shop/web", does: "What was decided lately, why, and by what; oldest first." },
    { line: "noos why --json web", does: "The same for programs, a decision on each line." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).why(parsed, terminal);
  },
};

export const crashes: Command = {
  name: "crashes",
  summary: "List the recordings of processes that failed, for noos replay",
  usage: "[options] [APP]",
  options: [jsonOption, ...connectionOptions],
  completes: ["apps"],
  examples: [
    { line: "noos crashes", does: "All that are kept. They hold what came in, secrets too." },
    { line: "noos crashes --json shop", does: "Those of one app, for programs." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/look")).crashes(parsed, terminal);
  },
};
