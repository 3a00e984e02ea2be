import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readSecret, type SecretInput } from "./read-secret.ts";

/** A terminal or a pipe on which these pieces come. */
function input(pieces: readonly (string | Uint8Array)[], isTTY: boolean = false) {
  const modes: boolean[] = [];
  const stream: SecretInput = {
    isTTY,
    setRawMode: (isRaw) => modes.push(isRaw),
    async *[Symbol.asyncIterator]() {
      for (const piece of pieces) {
        yield await Promise.resolve(typeof piece === "string" ? Buffer.from(piece) : piece);
      }
    },
  };
  return { stream, modes };
}

async function read(pieces: readonly (string | Uint8Array)[], isTTY = false) {
  let said = "";
  const { stream, modes } = input(pieces, isTTY);
  const say = (text: string): void => void (said += text);
  const value = await readSecret(stream, { prompt: "value: ", say });
  return { value, said, modes };
}

suite("secret from a pipe", () => {
  const values: readonly (readonly [pieces: readonly string[], value: string])[] = [
    [["hunter2"], "hunter2"],
    [["hunter2\n"], "hunter2"],
    [["hun", "ter2\r\n"], "hunter2"],
    [["-----BEGIN\nabc\n-----END\n"], "-----BEGIN\nabc\n-----END"],
    [["two\n\n"], "two\n"],
    [[" spaces \n"], " spaces "],
  ];
  for (const [pieces, expected] of values) {
    test(`is what came, without its last line end: ${JSON.stringify(pieces)}`, async () => {
      assert.deepEqual(await read(pieces), { value: expected, said: "", modes: [] });
    });
  }

  const refused: readonly (readonly [pieces: readonly (string | Uint8Array)[], why: RegExp])[] = [
    [[], /it is empty$/],
    [["\n"], /it is empty$/],
    [[Uint8Array.of(0xff, 0xfe)], /it is no UTF-8 text$/],
    [["a\0b"], /it has a byte of zero in it$/],
    [["x".repeat(65_537)], /it has more than 65536 bytes$/],
  ];
  for (const [pieces, message] of refused) {
    test(`is refused where ${message.source}`, async () => {
      await assert.rejects(read(pieces), { code: "USAGE", message });
    });
  }
});

suite("secret from a terminal", () => {
  const typed: readonly (readonly [pieces: readonly string[], value: string])[] = [
    [["h", "u", "n", "t", "\r"], "hunt"],
    [["hunter2\n"], "hunter2"],
    [["abc\u007fd\r"], "abd"],
    [["aé\u007f\u007fb\r"], "b"],
    [["\u007f\u007fa\r"], "a"],
    [["abc\u0004"], "abc"],
  ];
  for (const [pieces, value] of typed) {
    test(`typed as ${JSON.stringify(pieces)} is "${value}", and is not shown`, async () => {
      const found = await read(pieces, true);
      assert.deepEqual(found, { value, said: "value: \n", modes: [true, false] });
    });
  }

  test("is given up with Ctrl-C, and the terminal is as before", async () => {
    const { stream, modes } = input(["abc\u0003"], true);
    const asking = { prompt: "", say: () => undefined };
    await assert.rejects(readSecret(stream, asking), { code: "USAGE", message: /Ctrl-C/ });
    assert.deepEqual(modes, [true, false]);
  });
});
