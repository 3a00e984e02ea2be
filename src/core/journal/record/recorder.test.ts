import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulatedHost } from "#adapters/sim";
import { FrameKind } from "#core/journal/format";
import type { Launch } from "#core/kernel";
import { defaultLimits, PlatformError } from "#core/sys";
import { callNames, System } from "#core/system";
import { guestBytes } from "#test/journal";
import { Recorder } from "./recorder.ts";

const launch: Launch = {
  name: "lister",
  args: [],
  env: [],
  limits: defaultLimits,
  terminals: [false, false, false],
  listeners: [],
  connections: [],
  directories: [{ guest: "/", readOnly: false }],
  hasRoot: false,
  familyPath: undefined,
  hasInlet: false,
  hasOutlet: false,
  names: [],
};

/** Runs `basics/echo` with a recorder whose writing fails at the frame that `fails` tells. */
async function recordHalf(fails: (count: number) => boolean) {
  const host = simulatedHost({ seed: 1 });
  const system = new System(host);
  const causes: unknown[] = [];
  const pieces: Uint8Array[] = [];
  const program = guestBytes("basics/echo");
  const running = system.start(system.load(program), {
    stdin: "word ".repeat(1000),
    boundary: (started) =>
      new Recorder({
        header: { launch: started, calls: callNames, isPreemptible: true },
        attachments: [{ name: "program", bytes: program }],
        host,
        write: (bytes) => {
          if (fails(pieces.length)) throw new Error("no room");
          pieces.push(bytes.slice());
        },
        failed: (cause) => causes.push(cause),
      }),
  });
  const exit = await host.time.until(running.exit);
  return { exit, causes, pieces, output: running.output() };
}

suite("recorder", () => {
  test("lets the program go on when it cannot write, and says so once", async () => {
    for (const room of [0, 1, 2, 3]) {
      const { exit, causes, pieces, output } = await recordHalf((count) => count >= room);
      assert.deepEqual(exit.reason, { kind: "exited", code: 0 });
      assert.equal(output, "word ".repeat(1000));
      assert.deepEqual(causes.map(String), ["Error: no room"]);
      assert.equal(pieces.length, room);
    }
  });

  test("gives up an answer of the outside that no frame can hold, with its size", () => {
    const host = simulatedHost({ seed: 1 });
    const causes: unknown[] = [];
    const kinds: number[] = [];
    const recorder = new Recorder({
      header: {
        launch,
        calls: [],
        isPreemptible: true,
      },
      attachments: [],
      host,
      write: (bytes) => kinds.push(bytes[4] ?? 0),
      failed: (cause) => causes.push(cause),
    });
    const name = "n".repeat(2 ** 20);
    const entries = Array.from(
      { length: 65 },
      () => ({ name, kind: "regular", inode: 1n }) as const,
    );
    const port = Object.assign(host.directory(), { list: () => entries });
    const granted = recorder.ports({
      stdin: host.source(),
      stdout: host.sink(),
      stderr: host.sink(),
      directories: [port],
      listeners: [],
      connections: [],
      family: undefined,
      inlet: undefined,
      outlet: undefined,
      outside: { ...host.outside, clock: { ...host.outside.clock, cpuNs: () => 0n } },
    });
    const [directory] = granted.directories;
    assert.ok(directory !== undefined);
    const listed = directory.list(directory.root);
    assert.ok(Array.isArray(listed) && listed.length === entries.length, "the program gets it all");
    const [cause] = causes;
    assert.ok(cause instanceof PlatformError);
    assert.equal(cause.code, "RECORDING_FAILED");
    assert.match(cause.message, /it takes 65\S* MiB, a frame holds 64 MiB/);
    assert.deepEqual(
      kinds.filter((kind) => kind === FrameKind.entries),
      [],
    );
  });
});
