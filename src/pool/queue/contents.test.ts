import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedLogDisk } from "#adapters/sim/store";
import { readContents } from "./contents.ts";
import { encodePosting } from "./posting.ts";

suite("the contents of messages", () => {
  test("are found of one that is written elsewhere while others are read", async () => {
    const disk = new SimulatedLogDisk({ isPrompt: false });
    const opening = disk.open().open("q/messages");
    disk.settle();
    const log = await opening;
    const entries = ["a", "b", "c", "c"].map((text) =>
      encodePosting({ key: undefined, sentAtMs: 0, dueAtMs: 0, content: Buffer.from(text) }),
    );
    const written = log.append(entries, 1);
    disk.settle();
    await written;
    const message = { id: 3, position: 3 };
    // One read for each, for they do not stand side by side.
    const reading = readContents(log, [{ id: 1, position: 1 }, message, { id: 9, position: 9 }]);
    const trimmed = log.trim(4);
    message.position = 4;
    let isRead = false;
    void reading.finally(() => (isRead = true));
    while (!isRead) {
      disk.settle();
      await Promise.resolve();
    }
    await trimmed;
    const texts = [...(await reading)].map(([id, bytes]) => [id, Buffer.from(bytes).toString()]);
    assert.deepEqual(texts, [
      [1, "a"],
      [3, "c"],
    ]);
  });
});
