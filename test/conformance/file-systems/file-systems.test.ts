import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Case } from "./case.ts";
import { directoryCases } from "./directories.ts";
import { linkCases } from "./links.ts";
import { openingCases } from "./opening.ts";
import { pathCases } from "./paths.ts";
import { readOnlyCases } from "./read-only.ts";
import { renameCases } from "./renames.ts";
import { type Subject, subjects } from "./subjects.ts";
import { timeCases } from "./times.ts";
import { Visitor } from "./visitor.ts";
import { writingCases } from "./writing.ts";

const topics: Readonly<Record<string, readonly Case[]>> = {
  paths: pathCases,
  opening: openingCases,
  writing: writingCases,
  directories: directoryCases,
  links: linkCases,
  renames: renameCases,
  times: timeCases,
  "read-only": readOnlyCases,
};

for (const subject of subjects) {
  suite(subject.name, () => {
    for (const [topic, cases] of Object.entries(topics)) {
      suite(topic, () => cases.forEach((one) => testCase(subject, one)));
    }
  });
}

test("every skip names a case", () => {
  const names = new Set(Object.values(topics).flatMap((cases) => cases.map(({ name }) => name)));
  for (const { skips } of subjects) {
    assert.deepEqual([...new Set(Object.keys(skips)).difference(names)], []);
  }
});

function testCase(subject: Subject, { name, needs, see }: Case): void {
  // A case about changes says nothing of what is read-only, which has cases of its own.
  if (needs === (subject.isReadOnly ? "changes" : "no changes")) return;
  const skip = subject.skips[name] ?? false;
  test(name, { skip }, () => {
    const ground = subject.make();
    try {
      see(new Visitor(ground.root));
    } finally {
      ground.release();
    }
  });
}
