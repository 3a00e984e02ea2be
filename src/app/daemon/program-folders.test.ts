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

  test("hold the library that unpacks images, wherever an installer has put it", () => {
    const library = realpathSync(createRequire(entry).resolve("modern-tar"));
    assert.ok(folders.some((folder) => library.startsWith(folder + sep)));
    assert.equal(
      programFolders(pathToFileURL("/elsewhere/dist/app/executor/mod.js"))[1],
      folders[1],
    );
  });
});
