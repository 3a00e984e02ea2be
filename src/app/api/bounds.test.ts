import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { apiBounds } from "./bounds.ts";

const kib = 1024;
const mib = 1024 * kib;

const manual = readFileSync(new URL("../../../docs/manual/api.md", import.meta.url), "utf8");

/** The second cell of the row in the manual's table of bounds. */
function said(what: string): string {
  const row = manual.split("\n").find((line) => line.startsWith(`| ${what} |`));
  assert.ok(row !== undefined, `the manual has a row "${what}"`);
  return row.split(" | ")[1] ?? "";
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

suite("bounds of the API", () => {
  const { headersMs, lateCheckMs, bodyMs, unreadMs, idleMs } = apiBounds;
  const count = (value: number): string => value.toLocaleString("en");
  const rows: readonly (readonly [what: string, value: string])[] = [
    ["line and headers of a request", `${apiBounds.headerBytesMax / kib} KiB`],
    ["a JSON body", `${apiBounds.jsonBytesMax / mib} MiB; a manifest's text 8 MiB`],
    ["an image", `${apiBounds.imageBytesMax / mib / kib} GiB`],
    [
      "time until the headers are whole",
      `${seconds(headersMs)}, and up to ${seconds(lateCheckMs)} until it is seen`,
    ],
    [
      "time until a JSON body is whole",
      `${seconds(bodyMs)}; closed up to ${seconds(unreadMs)} after the answer`,
    ],
    ["time in which nothing comes and nothing is taken", seconds(idleMs)],
    ["connections", count(apiBounds.connectionsMax)],
    ["followers of events", count(apiBounds.followersMax)],
    ["uploads at once", count(apiBounds.uploadsMax)],
    ["JSON bodies at hand, together", `${apiBounds.bodiesBytesMax / mib} MiB`],
    ["answers that were not taken yet, together", `${apiBounds.answersBytesMax / mib} MiB`],
  ];
  for (const [what, value] of rows) {
    test(`are in the manual as they are: ${what}`, () => assert.equal(said(what), value));
  }
});
