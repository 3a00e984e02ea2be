import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import type { ByteSink } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { PortSink, serveSink } from "./thread-sink.ts";

type Answer = (failed: Errno | undefined) => void;

/** A sink that fails from the second piece on, and whose pieces wait for the test. */
class Stage implements ByteSink {
  readonly pieces: string[] = [];
  readonly waiting: Answer[] = [];

  push(bytes: Uint8Array, answer: Answer): void {
    this.pieces.push(Buffer.from(bytes).toString());
    this.waiting.push(answer);
    this.#arrived?.();
  }

  close(): void {
    assert.fail("the other side closes its port alone");
  }

  #arrived: (() => void) | undefined;

  async arrival(count: number): Promise<void> {
    while (this.pieces.length < count) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }
}

suite("sink behind a port", () => {
  test("hands each piece on, and answers it when the sink has", async () => {
    const { port1, port2 } = new MessageChannel();
    const stage = new Stage();
    serveSink(port1, stage);
    const sink = new PortSink(port2);
    const answers: (Errno | undefined)[] = [];
    const push = (text: string): Promise<void> =>
      new Promise((resolve) => {
        sink.push(Buffer.from(text), (failed) => {
          answers.push(failed);
          resolve();
        });
      });
    const first = push("one");
    await stage.arrival(1);
    assert.deepEqual([stage.pieces, answers], [["one"], []]);
    stage.waiting[0]?.(undefined);
    await first;
    const second = push("two");
    await stage.arrival(2);
    stage.waiting[1]?.(errno.EPIPE);
    await second;
    assert.deepEqual(
      [stage.pieces, answers],
      [
        ["one", "two"],
        [undefined, errno.EPIPE],
      ],
    );
    sink.close();
  });
});
