import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Command } from "./command.ts";
import { commandHelp, overview } from "./help.ts";

const command: Command = {
  name: "run",
  summary: "Run a program",
  usage: "[options] FILE",
  options: [
    { name: "memory", value: "BYTES", meaning: `bound its memory ${"very ".repeat(20)}much` },
    { name: "stats", meaning: "say what it used" },
  ],
  examples: [{ line: "noos run a.wasm", does: "Runs it." }],
  run: () => Promise.resolve(0),
};

suite("help", () => {
  const lines = commandHelp(command).split("\n");

  test("names each option with its value, and the one that every command has", () => {
    for (const start of ["  --memory BYTES", "  --stats", "  --help"]) {
      assert.ok(
        lines.some((line) => line.startsWith(start)),
        start,
      );
    }
  });

  test("breaks long meanings below themselves, within 90 columns", () => {
    assert.ok(lines.every((line) => line.length <= 90));
    const first = lines.findIndex((line) => line.includes("bound its memory"));
    assert.match(lines[first + 1] ?? "", /^ {18}very/);
  });

  test("shows the examples", () => {
    assert.ok(lines.includes("  $ noos run a.wasm"));
  });

  test("lists the commands in their groups, in columns of one width", () => {
    const text = overview([
      { title: "Run programs", commands: [command] },
      { title: "Look after apps", commands: [{ name: "deploy", summary: "Deploy an app" }] },
    ]);
    assert.match(
      text,
      /^Run programs:\n {2}run {5}Run a program\n\nLook after apps:\n {2}deploy {2}/m,
    );
  });
});
