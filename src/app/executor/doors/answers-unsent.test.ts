import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { tellSparingly } from "./answers-unsent.ts";

suite("answers that could not be sent", () => {
  test("are told, ten at once and one a second, and the others are counted", (context) => {
    context.mock.timers.enable({ apis: ["setInterval"] });
    const said: string[] = [];
    const tell = tellSparingly((sentence) => said.push(sentence));
    for (let count = 1; count <= 15; count++) tell(`r${count}`, "it trapped\n");
    assert.equal(said.length, 10);
    assert.equal(said[9], "request r10 was not answered as its program would: it trapped\\u000a");
    context.mock.timers.tick(1000);
    assert.deepEqual(said.slice(10), ["so were 5 more requests"]);
    for (let count = 16; count <= 18; count++) tell(`r${count}`, "again");
    assert.deepEqual(said.slice(11), ["request r16 was not answered as its program would: again"]);
    context.mock.timers.tick(20_000);
    assert.deepEqual(said.slice(12), ["so were 2 more requests"]);
    for (let count = 1; count <= 12; count++) tell(`s${count}`, "later");
    assert.equal(said.length, 13 + 10);
  });
});
