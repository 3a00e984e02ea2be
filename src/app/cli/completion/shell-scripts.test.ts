import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { commands } from "#app/cli/commands";
import { shellScripts } from "./shell-scripts.ts";

const all = await Promise.all(commands.map((row) => row.load()));

/** What bash would offer for the last of `words`, with a daemon that has these names. */
function bash(words: readonly string[], names: string = ""): readonly string[] {
  const script = [
    `noos() { [ "$1" = completion ] && echo "${names}"; }`,
    shellScripts.bash(all),
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})`,
    `COMP_CWORD=${words.length - 1}`,
    "_noos",
    'echo "${COMPREPLY[*]}"',
  ].join("\n");
  const out = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  return out.split(/\s+/).filter((word) => word !== "");
}

suite("completion for bash", () => {
  const offered: readonly (readonly [words: string, offered: string])[] = [
    ["noos re", "replay rehearse restart"],
    ["noos completion ", "bash zsh fish"],
    ["noos secret l", "list"],
    ["noos events --f", "--follow"],
    ["noos scale --", "--at --token --help"],
    ["noos status --token ", ""],
    ["noos down ", ""],
    ["noos run ", ""],
    ["noos help sec", "secret"],
    ["noos secret set l", ""],
    ["noos nonsense ", ""],
  ];
  for (const [words, expected] of offered) {
    test(`offers "${expected}" for "${words}"`, () => {
      assert.deepEqual(bash(words.split(" ")), expected.split(" ").filter(Boolean));
    });
  }

  const named: readonly (readonly [words: string, offered: string])[] = [
    ["noos end shop/w", "shop/web"],
    ["noos end --token set shop/w", "shop/web"],
    ["noos secret set ", "shop shop/web shop/api"],
    ["noos scale shop/web ", ""],
    ["noos end --at ", ""],
  ];
  for (const [words, expected] of named) {
    test(`offers names of the daemon for "${words}": "${expected}"`, () => {
      const offered = bash(words.split(" "), "shop shop/web shop/api");
      assert.deepEqual(offered, expected.split(" ").filter(Boolean));
    });
  }
});

suite("completion", () => {
  for (const [shell, check] of [
    ["bash", ["bash", "-n"]],
    ["zsh", ["zsh", "-n"]],
    ["fish", ["fish", "--no-execute"]],
  ] as const) {
    test(`for ${shell} is in its language`, (context) => {
      const [program, ...words] = check;
      const input = shellScripts[shell](all);
      const { error, status, stderr } = spawnSync(program, words, { input, encoding: "utf8" });
      if (error !== undefined) return context.skip(`${shell} is not installed`);
      assert.equal(status, 0, stderr);
    });

    test(`for ${shell} has every command and every option`, () => {
      const script = shellScripts[shell](all);
      for (const { name, options } of all) {
        assert.match(script, new RegExp(`\\b${name}\\b`));
        for (const option of options) assert.ok(script.includes(option.name), option.name);
      }
    });
  }
});
