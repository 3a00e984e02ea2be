import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { OptionRow } from "./command.ts";
import { parseArguments } from "./parse-arguments.ts";

const options: readonly OptionRow[] = [
  { name: "memory", value: "BYTES", meaning: "m" },
  { name: "dir", value: "HOST", meaning: "d", repeatable: true },
  { name: "stats", letter: "s", meaning: "s" },
];
const run = { name: "run", options, passesOn: true };
const check = { name: "check", options };

function read(grammar: typeof check, line: string): readonly unknown[] {
  const parsed = parseArguments(grammar, line.split(" "));
  return [Object.fromEntries(parsed.flags), parsed.positionals];
}

suite("arguments", () => {
  test("take a value after = or as the next word", () => {
    const expected = [{ memory: ["1M"], stats: [""] }, ["a.wasm"]];
    assert.deepEqual(read(run, "--memory=1M --stats a.wasm"), expected);
    assert.deepEqual(read(run, "--memory 1M --stats a.wasm"), expected);
  });

  test("keep all values of an option that may be repeated, in their order", () => {
    assert.deepEqual(read(run, "--dir b --dir=a x"), [{ dir: ["b", "a"] }, ["x"]]);
  });

  test("take the word after an option that wants a value as it is", () => {
    assert.deepEqual(read(run, "--memory --stats a"), [{ memory: ["--stats"] }, ["a"]]);
  });

  test("leave what follows the program to the program", () => {
    const words = "--stats a.wasm --memory=1 -x -- --nonsense";
    const passed = ["a.wasm", "--memory=1", "-x", "--", "--nonsense"];
    assert.deepEqual(read(run, words), [{ stats: [""] }, passed]);
  });

  test("are read after the operand where no program follows", () => {
    assert.deepEqual(read(check, "a.wasm --stats"), [{ stats: [""] }, ["a.wasm"]]);
  });

  test("end with -- for a file whose name begins with a dash", () => {
    assert.deepEqual(read(check, "-- --stats"), [{}, ["--stats"]]);
    assert.deepEqual(read(run, "-- -x.wasm -y"), [{}, ["-x.wasm", "-y"]]);
  });

  test("know help in both spellings, for every command", () => {
    assert.deepEqual(read(run, "--help"), [{ help: [""] }, []]);
    assert.deepEqual(read(check, "-h"), [{ help: [""] }, []]);
  });

  test("know an option by its letter", () => {
    assert.deepEqual(read(check, "-s a.wasm"), [{ stats: [""] }, ["a.wasm"]]);
  });

  const wrong: readonly (readonly [line: string, message: string, hint: RegExp])[] = [
    ["--memroy=1 a", `cannot run: there is no option "--memroy"`, /did you mean --memory/],
    ["-memory 1 a", `cannot run: there is no option "-memory"`, /did you mean --memory/],
    ["--colour a", `cannot run: there is no option "--colour"`, /^noos help run$/],
    ["--memory", `cannot run: "--memory" lacks its value`, /--memory BYTES/],
    ["--stats=yes a", `cannot run: "--stats" takes no value, found "yes"`, /--stats/],
    ["-s --stats a", `cannot run: "--stats" is given twice`, /once/],
    ["-z a", `cannot run: there is no option "-z"`, /^noos help run$/],
    ["--memory 1 --memory 2 a", `cannot run: "--memory" is given twice`, /once/],
  ];
  for (const [line, message, hint] of wrong) {
    test(`refuse "${line}"`, () => {
      assert.throws(
        () => read(run, line),
        (error: { code: string; message: string; hint: string }) => {
          assert.equal(error.code, "USAGE");
          assert.equal(error.message, message);
          assert.match(error.hint, hint);
          return true;
        },
      );
    });
  }
});
