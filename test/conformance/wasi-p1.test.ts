import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { guestFile, guestsOf } from "#guests";
import { chooseRunner } from "#test/programs";
import { runCases } from "./case-report.ts";

// WASI preview 1, case by case: the programs in guests/conformance say what they check. The same
// programs run under other hosts, for comparison: NOOS_RUNNER=node-wasi, or wasmtime.
const runner = chooseRunner("kernel");

/** Those that end a process, or need a peer or a family, have tests of their own. */
const special = ["ending", "family", "sockets"];

for (const { name, about } of guestsOf("conformance")) {
  if (special.includes(name)) continue;
  test(`wasi-p1: ${about}`, async (context) => {
    for (const { title, verdict, detail } of await runCases(name, runner)) {
      const skip = verdict === "skip" ? detail : false;
      await context.test(title, { skip }, () => assert.ok(verdict === "ok", detail));
    }
  });
}

suite("wasi-p1: ending", () => {
  const rows = [
    { args: ["exit", "0"], ending: "exited(0)" },
    { args: ["exit", "7"], ending: "exited(7)" },
    { args: ["exit", "119"], ending: "exited(119)" },
    { args: ["return", "9"], ending: "exited(9)" },
    { args: ["return", "0"], ending: "exited(0)" },
    { args: ["twice"], ending: "exited(5)" },
  ];
  for (const { args, ending } of rows) {
    test(`${args.join(" ")} is ${ending}`, async () => {
      const outcome = await runner({ file: guestFile("conformance/ending"), args });
      assert.equal(outcome.ending, ending);
    });
  }

  test("proc_raise of a signal that ends programs does not go unnoticed", async () => {
    const outcome = await runner({ file: guestFile("conformance/ending"), args: ["raise", "6"] });
    assert.notEqual(outcome.ending, "exited(0)");
  });
});
