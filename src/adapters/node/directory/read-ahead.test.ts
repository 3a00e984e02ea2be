import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import type { HostHandle, OutsideDirectory } from "#core/host";
import { Errno } from "#core/sys";
import { openNodeDirectory } from "./open.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-read-ahead-"));
after(() => rmSync(scratch, { recursive: true }));

const editing = { read: true, write: true, create: true, exclusive: false, truncate: false };

/** A grant of one file, on a clock that the test turns. */
function granted(text: string): {
  readonly path: string;
  readonly port: OutsideDirectory;
  readonly open: () => HostHandle;
  readonly wait: (ms: number) => void;
} {
  const folder = mkdtempSync(join(scratch, "case-"));
  const path = join(folder, "file");
  writeFileSync(path, text);
  let nowMs = 0;
  const port = openNodeDirectory(folder, { readOnly: false, nowMs: () => nowMs });
  const open = (): HostHandle => {
    const handle = port.openFile(port.root, "file", editing);
    assert.ok(!(handle instanceof Errno));
    return handle;
  };
  return { path, port, open, wait: (ms) => void (nowMs += ms) };
}

function textAt(port: OutsideDirectory, handle: HostHandle, position: number, length = 2): string {
  const bytes = new Uint8Array(length);
  const count = port.read(handle, bytes, position);
  assert.ok(typeof count === "number");
  return new TextDecoder().decode(bytes.subarray(0, count));
}

suite("reading in small pieces", () => {
  test("gives the whole file, in order, and its end", () => {
    const text = Array.from({ length: 50_000 }, (_, index) => index % 10).join("");
    const { port, open } = granted(text.repeat(3));
    const handle = open();
    let back = "";
    for (;;) {
      const piece = textAt(port, handle, back.length, 1_000);
      if (piece === "") break;
      back += piece;
    }
    assert.equal(back, text.repeat(3));
    port.closeAll();
  });

  test("asks the host again for what was read before", () => {
    const { path, port, open } = granted("aabbccdd");
    const handle = open();
    for (const position of [0, 2, 4]) textAt(port, handle, position);
    writeFileSync(path, "AABBCCDD");
    assert.equal(textAt(port, handle, 2), "BB");
    assert.equal(textAt(port, handle, 4), "CC");
    port.closeAll();
  });

  test("sees what the guest writes in between, through this or any other opening", () => {
    const { port, open } = granted("aabbccddee");
    const [reader, writer] = [open(), open()];
    for (const position of [0, 2]) textAt(port, reader, position);
    port.write(writer, new TextEncoder().encode("CC"), 4);
    assert.equal(textAt(port, reader, 4), "CC");
    port.write(reader, new TextEncoder().encode("DD"), 6);
    assert.equal(textAt(port, reader, 6), "DD");
    port.truncate(writer, 8);
    assert.equal(textAt(port, reader, 8), "");
    port.closeAll();
  });

  test("gives nothing older than what the guest has seen of anything else since", () => {
    const { path, port, open } = granted("aabbccddee");
    const handle = open();
    for (const position of [0, 2]) textAt(port, handle, position);
    writeFileSync(path, "AABBCCDDEE");
    port.stat(port.root, "file");
    assert.equal(textAt(port, handle, 4), "CC");
    writeFileSync(path, "aabbccddee");
    const other = granted("x");
    other.port.stat(other.port.root, "file");
    assert.equal(textAt(port, handle, 6), "dd");
    other.port.closeAll();
    port.closeAll();
  });

  test("gives nothing from before the guest was interrupted", async () => {
    const { path, port, open } = granted("aabbccddee");
    const handle = open();
    for (const position of [0, 2]) textAt(port, handle, position);
    writeFileSync(path, "AABBCCDDEE");
    await Promise.resolve();
    assert.equal(textAt(port, handle, 4), "CC");
    port.closeAll();
  });

  test("gives nothing that is older than a millisecond", () => {
    const { path, port, open, wait } = granted("aabbccddee");
    const handle = open();
    for (const position of [0, 2]) textAt(port, handle, position);
    writeFileSync(path, "AABBCCDDEE");
    wait(2);
    assert.equal(textAt(port, handle, 4), "CC");
    port.closeAll();
  });

  test("does not mix up files, whatever their handles are", () => {
    const { port, open } = granted("aabbccddee");
    const one = open();
    for (const position of [0, 2]) textAt(port, one, position);
    port.close(one);
    const other = port.openFile(port.root, "other", editing);
    assert.ok(!(other instanceof Errno));
    port.write(other, new TextEncoder().encode("1122334455"), 0);
    assert.equal(other, one);
    assert.equal(textAt(port, other, 4), "33");
    port.closeAll();
  });

  test("answers any sequence of reads and writes as one array does", () => {
    const step = fc.record({
      isWrite: fc.constantFrom(true, false, false, false),
      jump: fc.option(fc.nat(300)),
      length: fc.integer({ min: 1, max: 60 }),
      slot: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const model = Uint8Array.from({ length: 250 }, (_, index) => 65 + (index % 26));
        const { port, open } = granted(new TextDecoder().decode(model));
        const handles = [open(), open()];
        const positions = [0, 0];
        for (const { isWrite, jump, length, slot } of steps) {
          const handle = handles[slot];
          const at = Math.min(jump ?? positions[slot] ?? 0, 249);
          assert.ok(handle !== undefined);
          if (isWrite) {
            const bytes = new Uint8Array(Math.min(length, 250 - at)).fill(97 + (length % 26));
            model.set(bytes, at);
            assert.equal(port.write(handle, bytes, at), bytes.length);
            positions[slot] = at + bytes.length;
          } else {
            const expected = new TextDecoder().decode(model.subarray(at, at + length));
            assert.equal(textAt(port, handle, at, length), expected);
            positions[slot] = at + expected.length;
          }
        }
        port.closeAll();
      }),
      { numRuns: 100 },
    );
  });
});
