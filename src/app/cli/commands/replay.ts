import { type Command, connectionOptions } from "#app/cli/command";

/** `noos replay`: its work is loaded when it is run. */
export const command: Command = {
  name: "replay",
  summary: "Run a recording again, with nothing of the outside",
  usage: "[options] FILE|CRASH",
  options: [
    {
      name: "until",
      value: "N",
      meaning: "stop at call N and show what the process had in hand",
    },
    {
      name: "with",
      value: "OTHER.wasm",
      meaning: "run the recorded inputs against another build; report the first differing output",
    },
    {
      name: "json",
      meaning: "say what came of it as one JSON line: on stderr, with --with on stdout",
    },
    ...connectionOptions,
  ],
  examples: [
    { line: "noos replay run.rec", does: "The same output and exit as when it was recorded." },
    {
      line: "noos replay shop-kitchen-oven-243dd47f",
      does: "A crash of a daemon, as noos crashes lists it.",
    },
    {
      line: "noos replay --until 1207 run.rec",
      does: "How it stood when it made its 1207th call.",
    },
    { line: "noos replay --with new.wasm run.rec", does: "What a new build would have answered." },
  ],
  async run(parsed, terminal) {
    const { replay } = await import("#app/cli/replay");
    return replay(parsed, terminal);
  },
};
