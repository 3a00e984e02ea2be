import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { permissions } from "./permissions.ts";

/** Run with permissions: makes the first of these paths, and says what may be done with each. */
const look = `
  const [made, ...paths] = process.argv.slice(1);
  require("node:fs").mkdirSync(made);
  const deeds = ["read", "write"];
  const may = (path) => deeds.filter((deed) => process.permission.has("fs." + deed, path));
  console.log(paths.map((path) => may(path).join("+")).join(" "));
`;

suite("permissions of an executor", () => {
  test("go for directories and all below, named in any order, there already or not", () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "noos-permissions-")));
    try {
      const [above, other, later] = ["above", "above-all", "later"].map((name) =>
        join(folder, name),
      ) as [string, string, string];
      const below = join(above, "below");
      for (const path of [above, below, other]) mkdirSync(path);
      const flags = permissions(
        { readable: [], writable: [later] },
        { readable: [below, above], writable: [] },
      );
      const paths = [above, join(above, "file"), below, join(later, "file"), later, other];
      const said = execFileSync(process.execPath, [...flags, "-e", look, later, ...paths]);
      assert.equal(said.toString(), "read read read read+write read+write \n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
