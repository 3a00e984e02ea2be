import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DirectoryGrant } from "#core/sys";
import { joinReach, reaches, reachOf } from "./reach.ts";

function grants(...texts: readonly string[]): readonly DirectoryGrant[] {
  return texts.map((text) => {
    const host = text.replace(/:ro$/, "");
    return { host, guest: host, readOnly: text !== host } as DirectoryGrant;
  });
}

suite("reach", () => {
  const given = reachOf(grants("/data", "/etc/app:ro"));

  test("is over a directory and all below it, and over no neighbour of like name", () => {
    for (const [path, isReached] of [
      ["/data", true],
      ["/data/a/b", true],
      ["/database", false],
      ["/", false],
      ["/etc/app/x:ro", true],
      ["/etc/app/x", false],
      ["/etc:ro", false],
    ] as const) {
      assert.equal(reaches(given, reachOf(grants(path))), isReached, path);
    }
  });

  test("over the root is over everything", () => {
    assert.ok(reaches(reachOf(grants("/")), given));
  });

  test("of two together is what either reaches, said once", () => {
    const joined = joinReach(given, reachOf(grants("/data/a", "/etc/app", "/b:ro")));
    assert.deepEqual(joined, {
      readable: ["/data", "/etc/app", "/b"],
      writable: ["/data", "/etc/app"],
    });
    assert.ok(reaches(joined, given));
  });

  test("over nothing is enough for who needs nothing", () => {
    assert.ok(reaches({ readable: [], writable: [] }, reachOf([])));
  });
});
