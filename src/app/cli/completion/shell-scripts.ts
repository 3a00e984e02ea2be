import type { Command, Completed, OptionRow } from "#app/cli/command";

/** What a script is made of. */
type Told = Pick<Command, "name" | "summary" | "options" | "completes">;

export type Shell = "bash" | "zsh" | "fish";

/** What each shell is to run to complete what follows `noos`. */
export const shellScripts: Readonly<Record<Shell, (commands: readonly Told[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Has words of its own, and is no command that can be loaded. */
const help = "help";

function optionWords({ options }: Told): string {
  return [...options.map(({ name }) => `--${name}`), "--help"].join(" ");
}

/** The shell's words for an operand: words as they are, or the command that asks for names. */
function operandWords(completed: Completed): string {
  if (typeof completed !== "string") return completed.join(" ");
  return `$(noos completion ${completed} 2>/dev/null)`;
}

function namesOf(commands: readonly Told[]): string {
  return commands.map(({ name }) => name).join(" ");
}

/** The branches of a `case` of Bourne shells on the command: the words for its options. */
function optionBranches(commands: readonly Told[]): readonly string[] {
  return commands.map((command) => branch(command.name, optionWords(command)));
}

/** And on the command and how many operands are before this one: the words for it. */
function operandBranches(commands: readonly Told[]): readonly string[] {
  const rows = commands.flatMap(({ name, completes = [] }) =>
    completes.map((completed, at) => branch(`"${name} ${at}"`, operandWords(completed))),
  );
  return [branch(`"${help} 0"`, namesOf(commands)), ...rows];
}

function branch(pattern: string, words: string): string {
  return `        ${pattern}) words="${words}" ;;`;
}

/** As a pattern of a `case`: options that the next word belongs to. */
function valuePattern(commands: readonly Told[]): string {
  const rows = commands.flatMap(({ options }) =>
    options.filter(({ value }) => value !== undefined),
  );
  return [...new Set(rows.map(({ name }) => `--${name}`))].join("|");
}

function bashScript(commands: readonly Told[]): string {
  return `${[
    "# noos completion bash",
    "_noos() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} words= at=0 index",
    "  COMPREPLY=()",
    "  for ((index = 2; index < COMP_CWORD; index++)); do",
    "    case ${COMP_WORDS[index]} in",
    `        ${valuePattern(commands)}) ((index++)) ;;`,
    "        -*) ;;",
    "        *) ((at++)) ;;",
    "    esac",
    "  done",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words="${namesOf(commands)} ${help}"`,
    '  elif [ "$index" -gt "$COMP_CWORD" ]; then',
    "    words= # The value of an option.",
    '  elif [[ "$current" == -* ]]; then',
    "    case ${COMP_WORDS[1]} in",
    ...optionBranches(commands),
    "    esac",
    "  else",
    '    case "${COMP_WORDS[1]} $at" in',
    ...operandBranches(commands),
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
    "  local words_of= name=${words[2]} at=0 index",
    "  local -a commands",
    "  commands=(",
    ...described,
    "  )",
    "  if (( CURRENT == 2 )); then",
    "    _describe command commands",
    "    return",
    "  fi",
    "  for ((index = 3; index < CURRENT; index++)); do",
    "    case ${words[index]} in",
    `        ${valuePattern(commands)}) ((index++)) ;;`,
    "        -*) ;;",
    "        *) ((at++)) ;;",
    "    esac",
    "  done",
    "  if (( index > CURRENT )); then",
    "    _files",
    "    return",
    '  elif [[ "${words[CURRENT]}" == -* ]]; then',
    "    case $name in",
    ...optionBranches(commands).map(named),
    "    esac",
    "  else",
    '    case "$name $at" in',
    ...operandBranches(commands).map(named),
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
    const { name, summary, options, completes = [] } = command;
    const of = `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c noos -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...options.map((option) => `complete -c noos -n '${of}' ${fishOption(option)}`),
      ...completes.map((completed, at) => {
        const words = operandWords(completed).replace(/^\$/, "");
        const here =
          completes.length === 1 ? "" : `; and test (count (commandline -opc)) -eq ${at + 2}`;
        return `complete -c noos -n '${of}${here}' -f -a ${quoted(words)}`;
      }),
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
