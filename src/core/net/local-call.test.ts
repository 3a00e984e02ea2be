import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ByteSource, SourceAnswer } from "#core/host";
import type { ResponseHead } from "#core/host/traffic";
import { LocalCall } from "#core/net";
import { Errno } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";

const head = {
  method: "POST",
  scheme: "http",
  authority: "cart",
  target: "/items",
  fields: ["accept", "*/*"],
} as const;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Bench {
  readonly time: SimulatedHost["time"];
  readonly call: LocalCall;
  /** Settles with `200`, or the name of an error. */
  readonly answered: Promise<string>;
}

function bench(options: { readonly hasBody?: boolean; readonly deadlineNs?: number } = {}): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const { hasBody = false, deadlineNs = Infinity } = options;
  const call = new LocalCall(head, { hasBody, deadlineNs, turns: time });
  const answered = new Promise<ResponseHead | Errno>((resolve) => call.whenAnswered(resolve));
  return {
    time,
    call,
    answered: answered.then((result) =>
      result instanceof Errno ? result.name : String(result.status),
    ),
  };
}

async function read(source: ByteSource): Promise<string> {
  let text = "";
  for (;;) {
    const answer = await new Promise<SourceAnswer>((resolve) => source.pull(100, resolve));
    if (!(answer instanceof Uint8Array)) return answer === "end" ? text : text + answer.name;
    text += new TextDecoder().decode(answer);
  }
}

test("an answer to HEAD has no body, whole or in pieces", async () => {
  const { time } = simulatedHost({ seed: 1 });
  for (const isWhole of [true, false]) {
    const made = new LocalCall(
      { method: "HEAD", scheme: "http", authority: "a", target: "/", fields: [] },
      { hasBody: false, deadlineNs: Infinity, turns: time },
    );
    const answer = { status: 200, fields: [] };
    if (isWhole) made.incoming.respond(answer, Uint8Array.of(1, 2));
    else {
      const sink = made.incoming.begin(answer);
      assert.equal(sink.tryPush?.(Uint8Array.of(1, 2)), 2);
      sink.close();
    }
    assert.equal(made.response.tryPull?.(10), "end");
  }
});

for (const status of [204, 205, 304]) {
  test(`a ${status} has no body, and is whole whatever it promises`, async () => {
    const answer = { status, fields: ["content-length", "100"] };
    for (const bytes of [bytesOf(""), bytesOf("lost")]) {
      const whole = bench().call;
      whole.incoming.respond(answer, bytes);
      assert.equal(await read(whole.response), "");
      const inPieces = bench().call;
      const sink = inPieces.incoming.begin(answer);
      sink.push(bytes, () => sink.close());
      assert.equal(await read(inPieces.response), "");
    }
  });
}

suite("a call inside an executor", () => {
  test("arrives as it was made, and its answer as that was given", async () => {
    const { call, answered } = bench({ hasBody: true });
    assert.equal(call.incoming.head, head);
    const { body } = call.incoming;
    assert.ok(body !== undefined);
    call.body?.push(bytesOf("two shirts"), () => call.body?.close());
    assert.equal(await read(body), "two shirts");
    call.incoming.respond({ status: 201, fields: [] }, bytesOf("done"));
    assert.deepEqual([await answered, await read(call.response)], ["201", "done"]);
  });

  test("may be answered bit by bit", async () => {
    const { call, answered } = bench();
    assert.equal(call.incoming.body, undefined);
    const sink = call.incoming.begin({ status: 200, fields: [] });
    assert.equal(await answered, "200");
    sink.push(bytesOf("one "), () => sink.push(bytesOf("two"), () => sink.close()));
    assert.equal(await read(call.response), "one two");
  });

  for (const [length, got] of [
    ["3", "abECONNRESET"],
    ["2", "ab"],
    ["1", "abECONNRESET"],
  ] as const) {
    test(`is cut off where it has 2 bytes and says ${length}: ${got}`, async () => {
      const { call } = bench();
      const sink = call.incoming.begin({ status: 200, fields: ["Content-Length", length] });
      sink.push(bytesOf("ab"), () => sink.close());
      assert.equal(await read(call.response), got);
    });
  }

  test("fails for whoever made it when whoever has it gives up", async () => {
    const before = bench();
    before.call.incoming.abandon("it has ended");
    assert.equal(await before.answered, "ECONNRESET");
    const during = bench();
    during.call.incoming.begin({ status: 200, fields: [] });
    during.call.incoming.abandon("it has ended");
    assert.deepEqual(
      [await during.answered, await read(during.call.response)],
      ["200", "ECONNRESET"],
    );
  });

  test("tells whoever has it, once, that nobody waits any more", async () => {
    const { call, answered } = bench();
    let told = 0;
    call.incoming.whenGone(() => (told += 1));
    call.cancel();
    call.cancel();
    assert.deepEqual([told, await answered], [1, "ECONNRESET"]);
    call.incoming.respond({ status: 200, fields: [] }, bytesOf("late"));
    const late = bench();
    late.call.cancel();
    await new Promise<void>((resolve) => late.call.incoming.whenGone(resolve));
  });

  test("is over at its deadline, unless an answer has begun", async () => {
    const slow = bench({ deadlineNs: 1e9 });
    let isGone = false;
    slow.call.incoming.whenGone(() => (isGone = true));
    await slow.time.runFor(1e9);
    assert.deepEqual([await slow.answered, isGone], ["ETIMEDOUT", true]);
    const quick = bench({ deadlineNs: 1e9 });
    const sink = quick.call.incoming.begin({ status: 200, fields: [] });
    await quick.time.runFor(2e9);
    sink.close();
    assert.deepEqual([await quick.answered, await read(quick.call.response)], ["200", ""]);
  });
});
