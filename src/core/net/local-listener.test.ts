import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Connection, SourceAnswer } from "#core/host";
import { LocalListener, type Visitor } from "#core/net";
import { Errno } from "#core/sys";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function pull(connection: Connection): Promise<string> {
  return new Promise((resolve) =>
    connection.pull(100, (answer: SourceAnswer) =>
      resolve(
        answer instanceof Uint8Array
          ? new TextDecoder().decode(answer)
          : answer instanceof Errno
            ? answer.name
            : answer,
      ),
    ),
  );
}

function push(connection: Connection, text: string): Promise<string | undefined> {
  return new Promise((resolve) =>
    connection.push(bytesOf(text), (failed) => resolve(failed?.name)),
  );
}

async function accept(listener: LocalListener): Promise<Connection> {
  const result = await new Promise<Connection | Errno>((resolve) => listener.accept(resolve));
  assert.ok(!(result instanceof Errno));
  return result;
}

suite("a listener inside an executor", () => {
  test("accepts who came before and who comes later, and bytes go both ways", async () => {
    let asked = 0;
    const listener = new LocalListener(() => (asked += 1));
    const early = listener.connect();
    const first = await accept(listener);
    const waiting = accept(listener);
    const late = listener.connect();
    const second = await waiting;
    assert.equal(asked, 1);
    void push(early, "from early");
    void push(second, "to late");
    assert.deepEqual([await pull(first), await pull(late)], ["from early", "to late"]);
    early.shutdownWrite();
    assert.equal(await pull(first), "end");
    void push(first, "still");
    assert.equal(await pull(early), "still");
  });

  test("ends a connection for both when one closes it", async () => {
    const listener = new LocalListener(() => undefined);
    const near = listener.connect();
    const far = await accept(listener);
    far.close();
    assert.deepEqual([await pull(near), await push(near, "x")], ["end", "EPIPE"]);
  });

  test("lets nobody wait that nobody will accept", async () => {
    const listener = new LocalListener(() => undefined);
    const waiting = listener.connect();
    listener.close();
    assert.equal(await pull(waiting), "end");
    assert.equal(await pull(listener.connect()), "end");
    const full = new LocalListener(() => undefined);
    for (let count = 0; count < 128; count++) full.connect();
    assert.equal(await pull(full.connect()), "end");
  });

  test("lets in whoever waits when it is asked, and nobody who has left", async () => {
    const listener = new LocalListener(() => undefined);
    const near = listener.connect();
    await accept(listener);
    const left: string[] = [];
    const visitor = (name: string): Visitor => ({
      accept: () => near,
      leave: () => void left.push(name),
    });
    const [gone, here, late] = [visitor("gone"), visitor("here"), visitor("late")];
    for (const one of [gone, here, late]) assert.ok(listener.admit(one));
    assert.ok(listener.withdraw(gone));
    assert.equal(await accept(listener), near);
    assert.deepEqual([listener.withdraw(here), listener.withdraw(gone)], [false, false]);
    listener.close();
    assert.deepEqual(left, ["late"]);
    assert.equal(listener.admit(gone), false);
  });
});
