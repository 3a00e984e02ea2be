import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EventView } from "#pool/api";
import { code, failing, Scene, second } from "#test/control";
import { EventLog } from "./event-log.ts";

function logOf(count: number, origin = "boot-1"): EventLog {
  const log = new EventLog(origin);
  for (let index = 1; index <= count; index++) {
    log.add({ at: "", kind: "process-started", text: String(index) });
  }
  return log;
}

function texts(events: readonly EventView[]): readonly (string | undefined)[] {
  return events.map(({ text }) => text);
}

suite("log of events", () => {
  test("goes on after a position, which is that of the last one seen", () => {
    const log = logOf(3);
    const all = log.after(undefined);
    assert.deepEqual(texts(all), ["1", "2", "3"]);
    assert.deepEqual(texts(log.after(all[0]?.position)), ["2", "3"]);
    assert.deepEqual(log.after(all[2]?.position), []);
    assert.deepEqual(texts(log.after("boot-1-0")), ["1", "2", "3"]);
  });

  test("keeps the last ten thousand, and refuses a position before them", () => {
    const log = logOf(25_000);
    assert.equal(log.after(undefined).length, 10_000);
    assert.equal(log.after("boot-1-15000").length, 10_000);
    assert.deepEqual(texts(log.after("boot-1-24998")), ["24999", "25000"]);
    assert.throws(() => log.after("boot-1-14999"), code("POSITION_UNKNOWN"));
  });

  test("refuses what is no position of this log", () => {
    const log = logOf(3);
    const others = [
      "",
      "3",
      "boot-1",
      "boot-1-",
      "boot-1-4",
      "boot-1--1",
      "boot-1-1e0",
      "boot-1-x",
    ];
    for (const position of [...others, "boot-2-1", "boot-1-2-1", "boot-1-99999999999999999999"]) {
      assert.throws(() => log.after(position), code("POSITION_UNKNOWN"), position);
    }
  });

  test("tells those who follow in order, from now on, until they stop", () => {
    const log = logOf(2);
    const heard: (string | undefined)[] = [];
    const stop = log.follow(({ text }) => heard.push(text));
    log.add({ at: "", kind: "process-ended", text: "3" });
    assert.deepEqual(heard, []);
    log.deliver();
    stop();
    log.add({ at: "", kind: "process-ended", text: "4" });
    log.deliver();
    assert.deepEqual(heard, ["3"]);
  });
});

suite("events of a control", () => {
  test("can be followed by one who acts on them", () => {
    const scene = new Scene();
    const heard: string[] = [];
    scene.control.follow(({ kind, path }) => {
      if (kind === "process-ended" && path === "shop/a") scene.control.end("shop/b");
    });
    scene.control.follow(({ kind, path }) => heard.push(`${kind} ${path ?? ""}`));
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle();
    heard.length = 0;
    scene.end("shop/a");
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a"]);
    assert.deepEqual(heard, [
      "process-ended shop/a",
      "process-starting shop/a",
      "process-asked shop/b",
      "process-started shop/a",
      "process-ended shop/b",
    ]);
  });

  test("tell of an end what it was, and when the next start is", () => {
    const scene = new Scene();
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle();
    scene.end("shop/a");
    scene.settle();
    scene.end("shop/a");
    const last = scene.control.events().at(-1);
    assert.deepEqual(
      [last?.kind, last?.path, last?.text, last?.isFailure, last?.app],
      ["process-ended", "shop/a", "exited(1)", true, "shop"],
    );
    const { delayNs = 0 } = last ?? {};
    assert.ok(delayNs >= 0.1 * second && delayNs <= 0.2 * second);
    scene.deploy({ processes: { b: {} } });
    scene.pass(second);
    const kinds = scene.control.events().map(({ kind, path }) => `${kind} ${path ?? ""}`);
    assert.ok(!kinds.includes("supervisor-ended shop/a"));
  });

  test("tell of a process that was taken out of its tree as of a process", () => {
    const scene = new Scene();
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle().take();
    scene.deploy({ processes: { b: {} } });
    scene.settle();
    assert.deepEqual(scene.take().slice(1), [
      "process-asked shop/a",
      "process-ended shop/a exited(0)",
    ]);
  });

  test("count how processes ended, those of lost executors and refused ones too", async () => {
    const scene = new Scene();
    scene.control.setSecret("shop", "KEY", "v");
    scene.deploy({ processes: { a: { uses: { secrets: ["KEY"] } } } });
    scene.settle();
    scene.end("shop/a", failing);
    scene.executor.lose("gone");
    scene.pass(second);
    scene.control.removeSecret("shop", "KEY");
    scene.pass(second);
    scene.end("shop/a", { kind: "trapped", what: "unreachable", stack: [] });
    scene.pass(5 * second);
    const [signals] = await scene.host.time.until(scene.control.signals());
    const { refused = 0, ...others } = signals?.ends ?? {};
    assert.deepEqual(others, { failed: 1, killed: 1, trapped: 1 });
    assert.ok(refused > 0);
    assert.equal(signals?.restarts, 3 + refused - 1);
  });
});
