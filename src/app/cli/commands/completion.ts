import type { Command } from "#app/cli/command";

/** `noos completion`: its work is loaded when it is run. */
export const completion: Command = {
  name: "completion",
  summary: "Print what makes a shell complete commands, options and names",
  usage: "bash | zsh | fish",
  options: [],
  completes: [["bash", "zsh", "fish"]],
  examples: [
    { line: "noos completion bash", does: "In ~/.bashrc: source <(noos completion bash)" },
    { line: "noos completion zsh", does: 'To a file "_noos" in a directory of $fpath.' },
    { line: "noos completion fish", does: "To ~/.config/fish/completions/noos.fish." },
  ],
  async run(parsed, terminal, loadAll) {
    return (await import("#app/cli/completion")).completion(parsed, terminal, loadAll);
  },
};
