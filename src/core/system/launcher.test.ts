import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { guestFile } from "#guests";
import type { ExitRecord } from "#core/kernel";
import { describeExit } from "#core/sys";
import { type RunningProcess, type StartOptions, System } from "#core/system";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";

function bench(): {
  readonly host: SimulatedHost;
  readonly start: (options: StartOptions) => RunningProcess;
} {
  const host = simulatedHost({ seed: 1 });
  const system = new System(host);
  const program = system.load(readFileSync(guestFile("basics/echo")));
  const start = (options: StartOptions): RunningProcess => system.start(program, options);
  return { host, start };
}

suite("launcher", () => {
  test("has processes that are given the same hold it once, and no others", () => {
    const { start } = bench();
    const given = (MODE: string, memory: number): StartOptions => ({
      env: { MODE },
      limits: { memory, "wall-time": Infinity },
    });
    const [one, same, other] = [
      given("prod", 2 ** 20),
      given("prod", 2 ** 20),
      given("test", 2 ** 21),
    ].map((options) => start(options).process);
    assert.equal(same?.env, one?.env);
    assert.equal(same?.limits, one?.limits);
    assert.deepEqual(other?.env, ["MODE=test"]);
    assert.equal(other?.limits.memory, 2 ** 21);
  });

  test("keeps apart environments and arguments that only look alike", () => {
    const { start } = bench();
    const split = start({ args: ["a,b"], env: { A: "1,B=2" } }).process;
    const whole = start({ args: ["a", "b"], env: { A: "1", B: "2" } }).process;
    assert.deepEqual(split.args.slice(1), ["a,b"]);
    assert.deepEqual(whole.args.slice(1), ["a", "b"]);
    assert.deepEqual([split.env, whole.env], [["A=1,B=2"], ["A=1", "B=2"]]);
  });

  test("calls back at a process's end with what the promise of it gives", async () => {
    const { host, start } = bench();
    const running = start({ stdin: "text" });
    const records: ExitRecord[] = [];
    running.whenEnded((record) => records.push(record));
    const record = await host.time.until(running.exit);
    assert.deepEqual(records, [record]);
    assert.equal(describeExit(record.reason), "exited(0)");
  });
});
