import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedOutlet } from "#adapters/sim/traffic";
import { HandlerStage, readGuest } from "#test/handler";

suite("a handler by the binding for AssemblyScript", () => {
  test("answers with fields, and makes requests whose answers it passes on", async () => {
    const stage = new HandlerStage();
    const result = { status: 203, fields: ["x-back", "1"] };
    const outlet = new SimulatedOutlet(stage.host.time, {
      back: () => ({ result, body: "from behind", isWhole: true }),
    });
    stage.start(readGuest("sdk/greeter"), { outlet });
    const { answer, told } = await stage.ask("/a", { head: { fields: ["x-name", "Ada"] } });
    assert.equal(told, "200 hello Ada at /a\n");
    assert.ok(answer?.kind === "whole");
    assert.deepEqual(answer.head.fields, ["content-type", "text/plain", "x-a", "b"]);
    const passed = await stage.ask("/back/b?c");
    assert.ok(passed.answer?.kind === "whole");
    assert.deepEqual([passed.answer.head, passed.told], [result, "203 from behind"]);
    const [{ head } = {}] = outlet.requests;
    assert.deepEqual([head?.target, head?.fields], ["/back/b?c", ["x-from", "greeter"]]);
  });
});
