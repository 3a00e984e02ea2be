import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { SummonsOutcome } from "#pool/host/summons";
import { refuse } from "#pool/ingress";
import { SummonedRequest } from "#pool/summon";

interface Bench {
  readonly host: SimulatedHost;
  readonly request: SummonedRequest;
  readonly outcomes: readonly SummonsOutcome[];
}

const nothing = new Uint8Array(0);
const multiStatus = { status: 207, fields: [] } as const;

function bench(isBatch = false): Bench {
  const host = simulatedHost({ seed: 1 });
  const outcomes: SummonsOutcome[] = [];
  const summons = {
    number: 1,
    fields: ["noos-queue", "jobs"],
    body: Buffer.from("hello"),
    withinNs: 1e9,
    isBatch,
  };
  const request = new SummonedRequest(summons, {
    authority: "worker",
    turns: host.time,
    ended: (outcome) => outcomes.push(outcome),
  });
  return { host, request, outcomes };
}

suite("summoned request", () => {
  test("is a POST with its fields and how long its body is", () => {
    const { head } = bench().request;
    assert.deepEqual([head.method, head.authority, head.target], ["POST", "worker", "/"]);
    assert.deepEqual(head.fields, ["noos-queue", "jobs", "content-length", "5"]);
  });

  test("ends once, with the status, when its answer is complete", async () => {
    const { host, request, outcomes } = bench();
    const sink = request.begin({ status: 200, fields: [] });
    assert.deepEqual(outcomes, []);
    sink.close();
    request.abandon("too late");
    await host.time.runFor(10e9);
    assert.deepEqual(outcomes, [{ kind: "answered", status: 200 }]);
    const whole = bench();
    whole.request.respond({ status: 503, fields: ["Retry-After", "7"] }, nothing);
    assert.deepEqual(whole.outcomes, [{ kind: "answered", status: 503, retryAfterNs: 7e9 }]);
  });

  test("is failed by an answer that is not as long as it says", () => {
    for (const length of ["0", "1", "3"]) {
      const { request, outcomes } = bench();
      const sink = request.begin({ status: 200, fields: ["Content-Length", length] });
      assert.equal(sink.tryPush?.(Buffer.from("a")), 1);
      sink.push(Buffer.from("b"), () => undefined);
      sink.close();
      const why = `its answer has 2 bytes, its content-length says ${length}`;
      assert.deepEqual(outcomes, [{ kind: "failed", why }]);
    }
    const { request, outcomes } = bench();
    request.begin({ status: 200, fields: ["content-length", "0"] }).close();
    assert.deepEqual(outcomes, [{ kind: "answered", status: 200 }]);
  });

  test("of a batch ends with what its answer says of each message", async () => {
    const { host, request, outcomes } = bench(true);
    const answer = Buffer.from(`{"retry":[{"id":1},{"id":"2","after":1.5}]}`);
    const again = [{ message: 1 }, { message: 2, afterNs: 1.5e9 }];
    const sink = request.begin(multiStatus);
    sink.push(answer.subarray(0, 9), () => undefined);
    assert.equal(sink.tryPush?.(answer.subarray(9)), answer.length - 9);
    sink.close();
    await host.time.runFor(10e9);
    assert.deepEqual(outcomes, [{ kind: "answered", status: 207, again }]);
    const whole = bench(true);
    whole.request.respond(multiStatus, answer);
    assert.deepEqual(whole.outcomes, outcomes);
    const plain = bench(true);
    plain.request.respond({ status: 200, fields: [] }, answer);
    assert.deepEqual(plain.outcomes, [{ kind: "answered", status: 200 }]);
    const single = bench();
    single.request.respond(multiStatus, Buffer.from("whatever"));
    assert.deepEqual(single.outcomes, [{ kind: "answered", status: 207 }]);
  });

  for (const answer of [
    "",
    "[]",
    `{"retry":{}}`,
    `{"retry":[{"id":"a"}]}`,
    `{"retry":[1]}`,
    `{"retry":[{"id":1,"after":-1}]}`,
    `{"retry":[{"id":1,"after":"soon"}]}`,
    `{"retry":[]}${" ".repeat(2 ** 16)}`,
  ]) {
    test(`of a batch is failed by the answer ${answer.trim()}, ${answer.length} long`, () => {
      const { request, outcomes } = bench(true);
      const sink = request.begin(multiStatus);
      sink.push(Buffer.from(answer), () => undefined);
      sink.close();
      const why = "its answer to a batch, of status 207, cannot be read";
      assert.deepEqual(outcomes, [{ kind: "failed", why }]);
    });
  }

  test("is failed when its instance had it, and untouched when none did", () => {
    const cases = [
      ["instance-ended", 502, "failed"],
      ["timeout", 504, "failed"],
      ["waited", 503, "untouched"],
      ["line-full", 503, "untouched"],
      ["not-starting", 503, "untouched"],
      ["closing", 503, "untouched"],
    ] as const;
    for (const [reason, status, kind] of cases) {
      const { request, outcomes } = bench();
      refuse(request, { status, reason, why: "it is so" });
      assert.deepEqual(outcomes, [{ kind, why: "it is so" }]);
    }
  });

  test("is given up some time after its own is over, and whoever has it learns that", async () => {
    const { host, request, outcomes } = bench();
    let isGone = false;
    request.whenGone(() => (isGone = true));
    await host.time.runFor(2.9e9);
    assert.deepEqual([outcomes.length, isGone], [0, false]);
    await host.time.runFor(0.2e9);
    assert.deepEqual(outcomes, [{ kind: "failed", why: "it was not answered within 1 s" }]);
    assert.equal(isGone, true);
  });
});
