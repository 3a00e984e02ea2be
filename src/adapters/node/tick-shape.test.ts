import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";

/** Whether an object for a tick has, after collections, the shape of one from before. */
const program = `
  import { createHook } from "node:async_hooks";
  import { keepTickShape } from ${JSON.stringify(join(import.meta.dirname, "tick-shape.ts"))};
  const made = () => {
    let found;
    const hook = createHook({ init: (_id, type, _trigger, tick) => (found = tick) }).enable();
    process.nextTick(() => undefined);
    hook.disable();
    return found;
  };
  const [plain] = keepTickShape();
  console.log(keepTickShape().length);
  for (let times = 0; times < 5; times++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    process.nextTick(() => undefined);
  }
  console.log(%HaveSameMap(plain, made()));
`;

suite("shape of ticks", () => {
  test("is that of one that is kept, whatever was collected", () => {
    const flags = ["--allow-natives-syntax", "--expose-gc", "--input-type=module"];
    const said = execFileSync(process.execPath, [...flags, "--eval", program], {
      encoding: "utf8",
    });
    assert.equal(said, "2\ntrue\n");
  });
});
