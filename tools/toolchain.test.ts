import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatArchives, parseArchives } from "./toolchain-apt.ts";
import { howToGet, isPresent, type Need, needs } from "./toolchain-needs.ts";

const debian = "http://mirror.invalid/debian";

const listing = `
'${debian}/dists/bookworm/InRelease' mirror_debian_dists_bookworm_InRelease 0
'${debian}/dists/bookworm-updates/InRelease' mirror_debian_dists_bookworm-updates_InRelease 0
'http://elsewhere.invalid/node/dists/nodistro/InRelease' elsewhere_InRelease 0
`;

suite("toolchain: archives of apt", () => {
  test("are those of Debian, not of others", () => {
    assert.deepEqual(parseArchives(listing), [
      { url: debian, release: "bookworm" },
      { url: debian, release: "bookworm-updates" },
    ]);
  });

  test("of the main release get backports and sources from the same place", () => {
    const lines = formatArchives(parseArchives(listing)).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.replace(/\[signed-by=\S+\] /, "")),
      [
        `deb ${debian} bookworm main`,
        `deb ${debian} bookworm-updates main`,
        `deb ${debian} bookworm-backports main`,
        `deb-src ${debian} bookworm main`,
      ],
    );
  });

  test("that are not configured are not made up", () => {
    assert.equal(formatArchives(parseArchives("")), "");
  });
});

const here: Need = {
  name: "wat",
  about: "this file",
  files: [import.meta.filename],
  origin: { kind: "packages", packages: ["one", "two"] },
};

suite("toolchain: needs", () => {
  test("have names of their own", () => {
    assert.equal(new Set(needs.map(({ name }) => name)).size, needs.length);
  });

  test("are present when all their files are there", () => {
    assert.equal(isPresent(here), true);
    assert.equal(isPresent({ ...here, files: [import.meta.filename, "/nowhere/file"] }), false);
    assert.equal(isPresent({ ...here, files: [`${import.meta.dirname}/toolchain.*.ts`] }), true);
  });

  test("are not present when the file is another one", () => {
    assert.equal(isPresent({ ...here, sha256: "0".repeat(64) }), false);
  });

  test("say the next command to type", () => {
    assert.equal(howToGet(here), "apt-get install one two");
  });
});
