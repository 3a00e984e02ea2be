import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EventView } from "#pool/api";
import { eventLine } from "./event-line.ts";

const base = { position: "x-1", at: "2026-11-21T07:39:28.123Z" };

const rows: readonly (readonly [event: Omit<EventView, "position" | "at">, line: string])[] = [
  [
    { kind: "app-deployed", app: "shop", text: "2 to add" },
    "2026-11-21T07:39:28.123Z  app-deployed        shop  2 to add",
  ],
  [
    { kind: "process-started", app: "shop", path: "shop/worker" },
    "2026-11-21T07:39:28.123Z  process-started     shop/worker",
  ],
  [
    {
      kind: "process-ended",
      app: "shop",
      path: "shop/worker",
      text: "exited(1)",
      isFailure: true,
      delayNs: 150e6,
      crash: "c7",
    },
    "2026-11-21T07:39:28.123Z  process-ended       shop/worker  exited(1)  again in 150 ms" +
      "  noos replay c7",
  ],
  [
    { kind: "executor-lost", text: "executor 0: it was killed" },
    "2026-11-21T07:39:28.123Z  executor-lost       executor 0: it was killed",
  ],
];

suite("event line", () => {
  for (const [event, line] of rows) {
    test(`of ${event.kind} says when, what and where`, () => {
      assert.equal(eventLine({ ...base, ...event }, { hasColours: false }), line);
    });
  }

  test("shows a failure in red, whatever its kind", () => {
    const line = eventLine(
      { ...base, kind: "process-ended", isFailure: true },
      { hasColours: true },
    );
    assert.ok(line.includes("\u001b[31mprocess-ended     \u001b[0m"));
  });

  test("stays one line, whatever the text is", () => {
    const line = eventLine({ ...base, kind: "process-ended", text: "a\nb" }, { hasColours: false });
    assert.ok(!line.includes("\n"));
  });

  test("of a kind that only a newer daemon has is shown as well", () => {
    const kind = "later-kind" as EventView["kind"];
    assert.match(eventLine({ ...base, kind }, { hasColours: false }), / later-kind$/);
  });
});
