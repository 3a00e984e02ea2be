import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { commandsPage, exitStatus, limitOptions, parseArguments } from "#app/cli/command";
import { commands, loadGroups } from "#app/cli/commands";
import { formatLimit, type LimitName, limits } from "#core/sys";

const manual = join(import.meta.dirname, "..", "..", "..", "docs", "manual");

function page(name: string): string {
  return readFileSync(join(manual, name), "utf8");
}

/** The cells of a page's tables, a row each, without heads and rules. */
function tableRows(name: string): readonly (readonly string[])[] {
  return page(name)
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2, -2).split(" | "));
}

suite("the manual", () => {
  test("has the options of noos run, each one, in the order of the help", async () => {
    const run = await commands.find(({ name }) => name === "run")?.load();
    const inTable = [...(run?.options ?? []), { name: "help", value: undefined }];
    const expected = inTable.map(
      ({ name, value }) => `--${name}${value === undefined ? "" : ` ${value}`}`,
    );
    const found = tableRows("run.md").flatMap(([cell = ""]) => /^`(--.*)`$/.exec(cell)?.[1] ?? []);
    assert.deepEqual(found, expected);
  });

  test("has every limit with its option, default and range", () => {
    const expected = (Object.keys(limits) as LimitName[]).map((name) => {
      const { default: byDefault, min, max, meaning } = limits[name];
      const option = limitOptions.find(({ limit }) => limit === name)?.name;
      return [
        `\`${name}\``,
        option === undefined ? "–" : `\`--${option}\``,
        ...[byDefault, min, max].map((value) => formatLimit(name, value)),
        meaning,
      ];
    });
    const [, ...found] = tableRows("limits.md").filter(([cell]) => cell !== "---");
    assert.deepEqual(found, expected);
  });

  test("has the page of all commands that their table makes", async () => {
    const wanted = "run node tools/manual-pages.ts";
    assert.equal(page("commands.md"), commandsPage(await loadGroups()), wanted);
  });

  test("has every exit status of the platform", () => {
    const found = tableRows("exit-status.md").map(([cell]) => Number(cell));
    for (const status of Object.values(exitStatus)) assert.ok(found.includes(status), `${status}`);
  });

  test("shows examples that are read as they stand", async () => {
    for (const row of commands) {
      const command = await row.load();
      for (const { line } of command.examples) {
        const [program, name, ...words] = line.split(" ");
        assert.deepEqual([program, name], ["noos", command.name]);
        const { positionals } = parseArguments(command, words);
        // What is in brackets may be left out.
        const needed = command.usage.replace(/\[[^\]]*\]/g, "").trim();
        assert.ok(needed === "" || positionals.length > 0, line);
      }
    }
  });
});
