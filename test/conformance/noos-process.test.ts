import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { type SimulatedFamily, type SimulatedHost, simulatedHost } from "#adapters/sim";
import { canBeAsked } from "#core/personality/noos-process";
import { describeExit } from "#core/sys";
import { type StartOptions, System } from "#core/system";
import { guestFile } from "#guests";
import { parseReport } from "./case-report.ts";

const specs = {
  short: { lifeNs: 1e6 },
  crasher: { lifeNs: 1e6, end: { kind: "exited", code: 3, text: "exited(3)" } },
  worker: { uses: ["files:./data"] },
} as const;

interface Ran {
  readonly ending: string;
  readonly stdout: string;
}

/** Runs a guest on a simulated host, with what `options` makes for it. */
async function run(
  path: Parameters<typeof guestFile>[0],
  options: (host: SimulatedHost) => StartOptions,
): Promise<Ran> {
  const host = simulatedHost({ seed: 1 });
  const system = new System(host);
  const running = system.start(system.load(readFileSync(guestFile(path))), options(host));
  const exit = await host.time.until(running.exit);
  await host.time.until(running.delivered);
  return { ending: describeExit(exit.reason), stdout: running.output() };
}

const programs = [
  ["conformance/family", "C"],
  ["sdk/family", "AssemblyScript"],
] as const;

for (const [program, language] of programs) {
  const runCases = (args: readonly string[]): Promise<Ran> =>
    run(program, (host) => ({
      args,
      family: host.family({ path: "app/boss", specs }),
      directories: [{ guest: "/", port: host.directory() }],
      limits: { children: 4 },
    }));

  test(`noos:process from ${language}: children, their ends`, async (context) => {
    const titles = (await runCases(["--list"])).stdout.trim().split("\n");
    const { stdout, ending } = await runCases([]);
    const results = parseReport(stdout, titles);
    for (const title of titles) {
      const result = results.find((each) => each.title === title);
      await context.test(title, () => {
        assert.ok(result !== undefined, `the program did not come to it: ${ending}`);
        assert.ok(result.verdict === "ok", result.detail);
      });
    }
    assert.match(stdout, new RegExp(`^ran ${titles.length}$`, "m"));
  });
}

suite("a parent in AssemblyScript", () => {
  test("says all that it wants of a child", async () => {
    const families: SimulatedFamily[] = [];
    await run("sdk/family", (host) => {
      const family = host.family({ path: "app/boss", specs });
      families.push(family);
      return { family, limits: { children: 4 } };
    });
    const [family] = families;
    assert.deepEqual(
      family?.started.find(({ name }) => name === "Grüße"),
      {
        spec: "worker",
        name: "Grüße",
        args: ["--fast", "", "ünïcödé"],
        env: ["MODE=test"],
        uses: ["files:./data"],
        limits: { memory: 2 ** 20, "cpu-share": 0.5 },
      },
    );
    const long = family.started.filter(({ args }) => args?.length === 500);
    assert.equal(long.length, 20);
    for (const { args } of long) {
      assert.deepEqual(
        args,
        Array.from({ length: 500 }, (_, index) => `argument ${index}`),
      );
    }
  });

  test("is told where it is, also where that is long", async () => {
    for (const path of ["shop/boss", `shop/${"f".repeat(120)}/${"g".repeat(240)}`]) {
      const { stdout } = await run("sdk/family", (host) => ({
        args: ["--self"],
        family: host.family({ path, specs }),
      }));
      assert.equal(stdout, `${path}\n`);
    }
  });

  test("is told by errno that it was granted no family", async () => {
    const { stdout, ending } = await run("sdk/family", () => ({ args: ["--self"] }));
    assert.deepEqual([stdout, ending], ["errno 58\n", "exited(0)"]);
  });

  test("finds a notice when it is asked to end, with its grace", async () => {
    const { stdout, ending } = await run("sdk/family", (host) => {
      const family = host.family({ path: "shop/boss", specs });
      host.turns.after(5e9, () => family.ask(2e9));
      return { args: ["--asked"], family };
    });
    assert.deepEqual([stdout, ending], ["asked, with 2000000000\n", "exited(0)"]);
  });
});

suite("a program that is a parent", () => {
  /** Runs `boss`, whose children live as `worker` says. */
  function boss(
    args: readonly string[],
    worker: NonNullable<Parameters<SimulatedHost["family"]>[0]>["specs"],
    during: (host: SimulatedHost, family: SimulatedFamily) => void = () => undefined,
  ): Promise<Ran> {
    return run("basics/boss", (host) => {
      const family = host.family({ path: "shop/boss", specs: worker ?? {} });
      during(host, family);
      return { args, family };
    });
  }

  test("starts its children and ends with the last of them", async () => {
    const { stdout, ending } = await boss(["2"], { worker: { lifeNs: 1e9 } });
    const lines = [
      "I am shop/boss",
      "started child-0",
      "started child-1",
      "child-0: exited(0)",
      "child-1: exited(0)",
      "goodbye",
    ];
    assert.deepEqual([stdout.trim().split("\n"), ending], [lines, "exited(0)"]);
  });

  test("starts one that fails again, as often as it was told", async () => {
    const worker = { lifeNs: 1e6, end: specs.crasher.end };
    const { stdout } = await boss(["1", "2"], { worker });
    const again = ["started child-0", "child-0: exited(3)"];
    const lines = ["I am shop/boss", ...again, ...again, ...again, "goodbye"];
    assert.deepEqual(stdout.trim().split("\n"), lines);
  });

  test("ends its children when it is asked to end", async () => {
    const { stdout, ending } = await boss(["2"], { worker: {} }, (host, family) => {
      host.turns.after(5e9, () => family.ask(2e9));
    });
    const tail = ["asked to end", "child-0: exited(0)", "child-1: exited(0)", "goodbye"];
    assert.deepEqual([stdout.trim().split("\n").slice(3), ending], [tail, "exited(0)"]);
  });

  test("is told ENOTSUP where it was granted no family, and runs all the same", async () => {
    const { stdout, ending } = await run("basics/boss", () => ({}));
    assert.deepEqual([stdout, ending], ["boss: self: ENOTSUP\n", "exited(1)"]);
  });

  test("is known as one that can be asked to end", () => {
    const system = new System(simulatedHost({ seed: 1 }));
    const load = (path: "basics/boss" | "basics/hello") =>
      canBeAsked(system.load(readFileSync(guestFile(path))));
    assert.deepEqual([load("basics/boss"), load("basics/hello")], [true, false]);
  });
});
