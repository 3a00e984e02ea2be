import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulatedHost, type VirtualTime } from "#adapters/sim";
import { Exporter, type ExporterBounds, type PostAnswer } from "./exporter.ts";

const second = 1e9;

interface Scene {
  readonly time: VirtualTime;
  /** When something was sent, in seconds from the start. */
  readonly sent: number[];
  readonly exporter: Exporter;
  /** Lets so many seconds pass. */
  readonly pass: (seconds: number) => Promise<void>;
}

/** What is sent is answered in order, and taken when there is no answer left. */
function scene(answers: PostAnswer[], options: Scripted = {}): Scene {
  const { time } = simulatedHost({ seed: 1 });
  const startNs = time.monotonicNs();
  const sent: number[] = [];
  const exporter = new Exporter(
    {
      turns: time,
      chance: () => options.chance ?? 0.5,
      collect: options.collect ?? (async () => "{}"),
      post: async () => {
        sent.push((time.monotonicNs() - startNs) / second);
        return answers.shift() ?? { kind: "taken" };
      },
    },
    options.bounds,
  );
  exporter.start();
  const pass = async (seconds: number): Promise<void> => {
    const endNs = time.monotonicNs() + seconds * second;
    await passing(time, seconds);
    assert.equal(time.monotonicNs(), endNs);
  };
  return { time, sent, exporter, pass };
}

async function passing(time: VirtualTime, seconds: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  time.after(seconds * second, over.resolve);
  await time.until(over.promise);
}

interface Scripted {
  readonly chance?: number;
  readonly collect?: () => Promise<string>;
  readonly bounds?: Partial<ExporterBounds>;
}

const later: PostAnswer = { kind: "later", why: "503" };

suite("exporter", () => {
  test("sends once a minute, the first after one", async () => {
    const { sent, pass, exporter } = scene([]);
    await pass(200);
    assert.deepEqual(sent, [60, 120, 180]);
    assert.equal(exporter.lastProblem, undefined);
  });

  test("tries again ever later, never later than the next would be", async () => {
    const { sent, pass } = scene(
      Array.from({ length: 9 }, () => later),
      { chance: 1 },
    );
    await pass(152);
    assert.deepEqual(sent, [60, 61, 63, 67, 75, 91, 121, 151]);
  });

  test("lets chance have half of each wait, so that many do not come at once", async () => {
    const { sent, pass } = scene([later, later], { chance: 0 });
    await pass(62);
    assert.deepEqual(sent, [60, 60.5, 61.5]);
  });

  test("waits as long as the receiver says, and a period at most", async () => {
    const { sent, pass } = scene([
      { ...later, afterNs: 7 * second },
      { ...later, afterNs: 3600 * second },
    ]);
    await pass(130);
    assert.deepEqual(sent, [60, 67, 127]);
  });

  test("does not send again what is refused, but goes on with the next", async () => {
    const { sent, pass, exporter } = scene([{ kind: "refused", why: "401" }]);
    await pass(61);
    assert.equal(exporter.lastProblem, "401");
    await pass(60);
    assert.deepEqual(sent, [60, 120]);
    assert.equal(exporter.lastProblem, undefined);
  });

  test("sends nothing that is too large, and lives on what cannot be collected", async () => {
    const large = scene([], {
      collect: async () => "x".repeat(11),
      bounds: { bodyCharactersMax: 10 },
    });
    await large.pass(61);
    assert.deepEqual(large.sent, []);
    assert.match(large.exporter.lastProblem ?? "", /11 characters, 10 at most/);
    let collected = 0;
    const collect = async (): Promise<string> => {
      collected += 1;
      if (collected === 1) throw new Error("no answer");
      return "{}";
    };
    const failing = scene([], { collect, chance: 1 });
    await failing.pass(62);
    assert.deepEqual(failing.sent, [61]);
  });

  test("has one on its way at most, and none after it was stopped", async () => {
    const stuck = Promise.withResolvers<PostAnswer>();
    const { time } = simulatedHost({ seed: 1 });
    let posts = 0;
    const post = (): Promise<PostAnswer> => {
      posts += 1;
      return stuck.promise;
    };
    const ports = { turns: time, chance: () => 0, collect: async () => "{}", post };
    const exporter = new Exporter(ports);
    exporter.start();
    await passing(time, 300);
    assert.equal(posts, 1);
    exporter.stop();
    stuck.resolve({ kind: "taken" });
    await passing(time, 300);
    assert.equal(posts, 1);
  });
});
