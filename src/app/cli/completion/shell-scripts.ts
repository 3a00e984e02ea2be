import type { Command, OptionRow } from "#app/cli/command";

/** What a script is made of. */
type Told = Pick<Command, "name" | "summary" | "options" | "completes">;

export type Shell = "bash" | "zsh" | "fish";

/** What each shell is to run to complete what follows `noos`. */
export const shellScripts: Readonly<Record<Shell, (commands: readonly Told[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const others = ["help"];

function optionWords({ options }: Told): string {
  return [...options.map(({ name }) => `--${name}`), "--help"].join(" ");
}

/** The shell's words for operands: words as they are, or the command that asks for names. */
function operandWords({ completes }: Told): string | undefined {
  if (completes === undefined) return undefined;
  if (typeof completes === "string") return `$(noos completion ${completes} 2>/dev/null)`;
  return completes.join(" ");
}

/** The branches of a `case` of Bourne shells: for each command with words, what to do with them. */
function branches(
  commands: readonly Told[],
  wordsOf: (command: Told) => string | undefined,
): readonly string[] {
  return commands.flatMap((command) => {
    const words = wordsOf(command);
    return words === undefined ? [] : [`        ${command.name}) words="${words}" ;;`];
  });
}

function bashScript(commands: readonly Told[]): string {
  return `${[
    "# noos completion bash",
    "_noos() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} words=",
    "  COMPREPLY=()",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${[...commands.map(({ name }) => name), ...others].join(" ")}"`,
    '  elif [[ "$current" == -* ]]; then',
    "    case ${COMP_WORDS[1]} in",
    ...branches(commands, optionWords),
    "    esac",
    "  else",
    "    case ${COMP_WORDS[1]} in",
    ...branches(commands, operandWords),
    "    esac",
    "  fi",
    '  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi',
    "}",
    "# Without words of ours, files.",
    "complete -o default -F _noos noos",
  ].join("\n")}\n`;
}

function zshScript(commands: readonly Told[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `${[
    "#compdef noos",
    "# noos completion zsh",
    "_noos() {",
    "  local words_of= name=${words[2]}",
    "  local -a commands",
    "  commands=(",
    ...described,
    "  )",
    "  if (( CURRENT == 2 )); then",
    "    _describe command commands",
    "    return",
    "  fi",
    '  if [[ "${words[CURRENT]}" == -* ]]; then',
    "    case $name in",
    ...branches(commands, optionWords).map(named),
    "    esac",
    "  else",
    "    case $name in",
    ...branches(commands, operandWords).map(named),
    "      *) _files; return ;;",
    "    esac",
    "  fi",
    "  compadd -- ${=words_of}",
    "}",
    'if [ "$funcstack[1]" = "_noos" ]; then _noos "$@"; else compdef _noos noos; fi',
  ].join("\n")}\n`;
}

/** In zsh, `words` is what was typed. */
function named(branch: string): string {
  return branch.replace(") words=", ") words_of=");
}

function fishScript(commands: readonly Told[]): string {
  const lines = commands.flatMap((command) => {
    const { name, summary, options } = command;
    const seen = `-n '__fish_seen_subcommand_from ${name}'`;
    const words = operandWords(command)?.replace(/^\$\((.*) 2>\/dev\/null\)$/, "($1 2>/dev/null)");
    return [
      `complete -c noos -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...options.map((option) => `complete -c noos ${seen} ${fishOption(option)}`),
      ...(words === undefined ? [] : [`complete -c noos ${seen} -f -a ${quoted(words)}`]),
    ];
  });
  return `${["# noos completion fish", ...lines].join("\n")}\n`;
}

function fishOption({ name, letter, value, meaning }: OptionRow): string {
  const short = letter === undefined ? "" : ` -s ${letter}`;
  return `-l ${name}${short}${value === undefined ? "" : " -r"} -d ${quoted(meaning)}`;
}

/** Within single quotes, in each of the three. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’")}'`;
}
