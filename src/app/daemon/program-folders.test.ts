import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve, sep } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { programFolders } from "./program-folders.ts";

suite("the folders of noos that an executor reads", () => {
  const source = resolve(import.meta.dirname, "..", "..");
  const entry = pathToFileURL(resolve(source, "app", "executor", "mod.ts"));
  const folders = programFolders(entry);

  test("hold noos itself", () => {
    assert.equal(folders[0], resolve(source, ".."));
  });

  for (const name of ["modern-tar", "ws"]) {
    test(`hold ${name}, wherever an installer has put it`, () => {
      const library = realpathSync(createRequire(entry).resolve(name));
      const elsewhere = programFolders(pathToFileURL("/elsewhere/dist/app/executor/mod.js"));
      for (const readable of [folders, elsewhere]) {
        assert.ok(readable.some((folder) => library.startsWith(folder + sep)));
      }
    });
  }
});
