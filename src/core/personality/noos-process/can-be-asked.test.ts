import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { guestFile } from "#guests";
import { prepare, type Program } from "#core/machine";
import { assemble, functionType, importOf, Type } from "#core/machine/assembler";
import { simulatedHost } from "#adapters/sim";
import { canBeAsked } from "./can-be-asked.ts";

function program(bytes: Uint8Array): Program {
  const { codec, clock } = simulatedHost({ seed: 1 });
  return prepare(
    bytes,
    { codec, clock, blobs: undefined },
    { name: "tried", moduleBytesMax: 1e6, tableElementsMax: 10, isPreemptible: true },
  );
}

function importing(module: string, name: string): Program {
  const types = [functionType([Type.i32, Type.i32, Type.i32], [Type.i32])];
  return program(assemble({ types, imports: [importOf(module, name, "function", [0])] }));
}

suite("a program can be asked to end", () => {
  test("when it imports next_exit", () => {
    assert.equal(canBeAsked(importing("noos:process", "next_exit")), true);
  });

  test("and not when it imports something else, or nothing", () => {
    assert.equal(canBeAsked(importing("noos:process", "spawn")), false);
    assert.equal(canBeAsked(importing("env", "next_exit")), false);
    assert.equal(canBeAsked(program(readFileSync(guestFile("basics/hello")))), false);
  });
});
