import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ChildId, Family, Notice, SpawnRequest } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";
import { Kin } from "./kin.ts";

const request: SpawnRequest = { spec: "worker", name: "one" };

suite("kin", () => {
  test("asks for a notice when somebody wants one, and for no second before it came", async () => {
    const host = simulatedHost({ seed: 1 });
    const direct = host.family();
    let asked = 0;
    const family: Family = Object.assign(Object.create(direct) as Family, {
      next: (answer: (notice: Notice) => void) => {
        asked += 1;
        direct.next(answer);
      },
    });
    const kin = new Kin(family, { childrenMax: 1 });
    direct.ask(1);
    await host.time.run();
    assert.equal(asked, 0);
    assert.deepEqual([kin.isReady(), kin.isReady(), asked], [false, false, 1]);
    await host.time.run();
    assert.deepEqual([kin.isReady(), asked], [true, 1]);
    assert.deepEqual(kin.takeNotice(), { kind: "asked", graceNs: 1 });
    assert.deepEqual([kin.takeNotice(), kin.isReady(), asked], [undefined, false, 2]);
  });

  test("keeps a failure that could not be acknowledged", async () => {
    const host = simulatedHost({ seed: 1 });
    const end = { kind: "killed", code: 0, text: "killed(by chance)" } as const;
    const family = host.family({ specs: { worker: { lifeNs: 1, end } } });
    let refusal: Errno | undefined = errno.EPERM;
    const kin = new Kin(Object.assign(family, { acknowledge: () => refusal }), { childrenMax: 1 });
    assert.equal(kin.spawn(request), undefined);
    await host.time.run();
    const child = kin.takeSpawned() as ChildId;
    kin.isReady();
    await host.time.run();
    assert.equal(kin.takeNotice()?.kind, "ended");
    assert.equal(kin.acknowledge(child), errno.EPERM);
    refusal = undefined;
    assert.equal(kin.acknowledge(child), undefined);
    assert.equal(kin.acknowledge(child), errno.ECHILD);
  });

  test("that was closed takes no answer that comes late, and wakes nobody", () => {
    const late: { spawned?: (result: ChildId) => void; noticed?: (notice: Notice) => void } = {};
    const family: Family = {
      path: "app/parent",
      spawn: (_request, answer) => (late.spawned = answer),
      next: (answer) => (late.noticed = answer),
      acknowledge: () => undefined,
      end: () => undefined,
      close: () => undefined,
    };
    const kin = new Kin(family, { childrenMax: 1 });
    kin.spawn(request);
    kin.isReady();
    kin.close();
    const waiter = { wake: () => assert.fail("nobody is left to be woken") };
    kin.spawned.add(waiter);
    kin.noticed.add(waiter);
    late.spawned?.(1 as ChildId);
    late.noticed?.({ kind: "asked", graceNs: 1 });
    assert.deepEqual([kin.takeSpawned(), kin.isReady()], [undefined, false]);
  });
});
