import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno, type Limits } from "#core/sys";
import { type SimulatedHost, simulatedHost, type SimulatedFamily } from "#adapters/sim";
import { answerName, Props, type Puppet, PuppetTheatre } from "#test/puppet";
import { bounds, noticeRecord, requestRecord } from "./records.ts";

/** Where a test's records lie in the puppet's memory of one page. */
const at = { request: 256, lists: 512, texts: 4096, child: 128, notice: 1024, small: 64 } as const;
const pageBytes = 65_536;
const noticeBytes = 96;

const specs = {
  worker: { uses: ["files:./data"] },
  short: { lifeNs: 1e6 },
  crasher: { lifeNs: 1e6, end: { kind: "exited", code: 3, text: "exited(3)" } },
} as const;

type Lists = Partial<Record<"args" | "env" | "uses" | "limits", readonly (string | Uint8Array)[]>>;

class Stage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly family: SimulatedFamily | undefined;
  puppet!: Puppet;
  #textEnd: number = at.texts;
  #listEnd: number = at.lists;

  constructor({ hasFamily = true }: { readonly hasFamily?: boolean } = {}) {
    this.family = hasFamily ? this.host.family({ path: "app/boss", specs }) : undefined;
  }

  async open(limits: Partial<Limits> = {}): Promise<this> {
    const theatre = new PuppetTheatre(this.host, { pagesMax: 1 });
    const props = new Props(this.host);
    const descriptors = (): ReturnType<Props["descriptors"]> => props.descriptors();
    const family = this.family === undefined ? {} : { family: this.family };
    this.puppet = await theatre.spawn({ descriptors, limits, ...family }).ready();
    return this;
  }

  /** Makes a call and names its answer; `waits` when there is none within 10 ms. */
  async call(name: string, ...parameters: readonly (number | bigint)[]): Promise<string> {
    const called = { answer: "waits" };
    void this.puppet.tell(name, ...parameters).then((outcome) => {
      called.answer = typeof outcome === "number" ? answerName(outcome) : "ended";
    });
    await this.host.time.runFor(10e6);
    return called.answer;
  }

  spawn(spec: string | Uint8Array, name: string | Uint8Array, lists: Lists = {}): Promise<string> {
    this.request(spec, name, lists);
    return this.call("spawn", at.request, requestRecord.bytes, at.child);
  }

  request(spec: string | Uint8Array, name: string | Uint8Array, lists: Lists = {}): void {
    const { memory } = this.puppet.process;
    [this.#textEnd, this.#listEnd] = [at.texts, at.lists];
    memory.bytes(at.request, requestRecord.bytes).fill(0);
    this.#text(at.request + requestRecord.spec, spec);
    this.#text(at.request + requestRecord.name, name);
    for (const [list, texts] of Object.entries(lists)) {
      const field = at.request + requestRecord[list as keyof Lists];
      memory.setU32(field, this.#listEnd);
      memory.setU32(field + 4, texts.length);
      for (const text of texts) this.#text((this.#listEnd += 8) - 8, text);
    }
  }

  #text(field: number, text: string | Uint8Array): void {
    const { memory } = this.puppet.process;
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    memory.setU32(field, this.#textEnd);
    memory.setU32(field + 4, bytes.length);
    memory.bytes(this.#textEnd, bytes.length).set(bytes);
    this.#textEnd += bytes.length;
  }

  get child(): bigint {
    return this.puppet.process.memory.u64(at.child);
  }

  nextExit(flags = 0, lengthBytes = noticeBytes): Promise<string> {
    return this.call("next_exit", at.notice, lengthBytes, flags);
  }

  notice(lengthBytes = noticeBytes) {
    const { memory } = this.puppet.process;
    const word = (field: number): number => memory.u32(at.notice + field);
    const text = memory.text(at.notice + noticeRecord.text, lengthBytes - noticeRecord.text) ?? "";
    return {
      child: memory.u64(at.notice + noticeRecord.child),
      grace: memory.u64(at.notice + noticeRecord.grace),
      kind: word(noticeRecord.kind),
      isFailure: word(noticeRecord.isFailure),
      how: word(noticeRecord.how),
      code: word(noticeRecord.code),
      text: text.slice(0, text.indexOf("\0")),
    };
  }
}

suite("a process without a family", () => {
  test("gets ENOTSUP from every call, whatever the arguments", async () => {
    const stage = await new Stage({ hasFamily: false }).open();
    assert.equal(await stage.call("spawn", -1, -1, -1), "ENOTSUP");
    assert.equal(await stage.call("next_exit", -1, -1, -1), "ENOTSUP");
    assert.equal(await stage.call("exit_fd", -1), "ENOTSUP");
    assert.equal(await stage.call("acknowledge", 1n), "ENOTSUP");
    assert.equal(await stage.call("end", 1n, 0n), "ENOTSUP");
    assert.equal(await stage.call("self", -1, -1, -1), "ENOTSUP");
  });
});

suite("spawn", () => {
  test("starts a child of a granted spec and tells its number", async () => {
    const stage = await new Stage().open();
    assert.equal(await stage.spawn("worker", "one"), "ok");
    assert.equal(stage.child, 1n);
    assert.deepEqual(stage.family?.started, [{ spec: "worker", name: "one" }]);
  });

  test("hands on all that is given, and leaves out what is left out", async () => {
    const stage = await new Stage().open();
    const lists = {
      args: ["a", ""],
      env: ["MODE=a=b", "EMPTY="],
      uses: ["files:./data"],
      limits: ["memory=64MiB", "cpu-share=50%", "cpu-time=unlimited"],
    };
    assert.equal(await stage.spawn("worker", "one", lists), "ok");
    assert.equal(await stage.spawn("worker", "two", { args: [], uses: [] }), "ok");
    const limits = { memory: 2 ** 26, "cpu-share": 0.5, "cpu-time": Infinity };
    assert.deepEqual(stage.family?.started, [
      { spec: "worker", name: "one", ...lists, limits },
      { spec: "worker", name: "two", args: [], uses: [] },
    ]);
  });

  test("answers what the family answers", async () => {
    const stage = await new Stage().open();
    assert.equal(await stage.spawn("other", "one"), "ENOENT");
    assert.equal(await stage.spawn("worker", "one"), "ok");
    assert.equal(await stage.spawn("worker", "one"), "EEXIST");
    assert.equal(await stage.spawn("worker", "two", { uses: ["files:/"] }), "ENOTCAPABLE");
    stage.family?.refuse(errno.EPERM);
    assert.equal(await stage.spawn("worker", "two"), "EPERM");
  });

  test("refuses names, texts and limits that cannot be", async () => {
    const stage = await new Stage().open({ memory: 2 ** 20 });
    const long = "n".repeat(bounds.nameBytesMax);
    assert.equal(await stage.spawn("worker", ""), "EINVAL");
    assert.equal(await stage.spawn("", "one"), "EINVAL");
    assert.equal(await stage.spawn("worker", "a/b"), "EINVAL");
    for (const hidden of ["a\0b", "a\nb", "\u{1b}[2J", "\u{7f}", "a\u{202e}b", "\u{2028}"]) {
      assert.equal(await stage.spawn("worker", hidden), "EINVAL", JSON.stringify(hidden));
    }
    assert.equal(await stage.spawn("worker", Uint8Array.of(0xff)), "EILSEQ");
    assert.equal(await stage.spawn("worker", `${long}x`), "ENAMETOOLONG");
    assert.equal(await stage.spawn(`${long}x`, "one"), "ENAMETOOLONG");
    assert.equal(await stage.spawn("worker", "one", { args: ["a\0b"] }), "EINVAL");
    for (const env of ["MODE", "=x", ""]) {
      assert.equal(await stage.spawn("worker", "one", { env: [env] }), "EINVAL", env);
    }
    for (const limit of ["memory", "memory=", "memory=-1", "size=1", "processes=1", "toString=1"]) {
      assert.equal(await stage.spawn("worker", "one", { limits: [limit] }), "EINVAL", limit);
    }
    assert.equal(await stage.spawn("worker", "one", { limits: ["memory=1025KiB"] }), "EPERM");
    assert.equal(await stage.spawn("worker", long, { limits: ["memory=1024KiB"] }), "ok");
    assert.equal(stage.family?.started.length, 1);
  });

  test("bounds how many texts a list has, and how long all are together", async () => {
    const stage = await new Stage().open();
    const { memory } = stage.puppet.process;
    const half = "x".repeat(bounds.requestBytesMax / 2 - 9);
    stage.request("worker", "one", { args: [half] });
    // The same text twice over fills the bound but for the names, and three times is too much.
    for (const [count, answer] of [
      [2, "ok"],
      [3, "E2BIG"],
    ] as const) {
      for (let index = 1; index < count; index++) {
        memory.setU32(at.lists + index * 8, memory.u32(at.lists));
        memory.setU32(at.lists + index * 8 + 4, half.length);
      }
      memory.setU32(at.request + requestRecord.args + 4, count);
      const found = await stage.call("spawn", at.request, requestRecord.bytes, at.child);
      assert.equal(found, answer, `${count} texts`);
    }
    memory.setU32(at.request + requestRecord.args + 4, bounds.textsMax + 1);
    assert.equal(await stage.call("spawn", at.request, requestRecord.bytes, at.child), "E2BIG");
  });

  test("answers EINVAL for a record of another size, and a count without a list", async () => {
    const stage = await new Stage().open();
    stage.request("worker", "one");
    for (const size of [0, requestRecord.bytes - 1, requestRecord.bytes + 8, -1]) {
      assert.equal(await stage.call("spawn", at.request, size, at.child), "EINVAL", String(size));
    }
    stage.puppet.process.memory.setU32(at.request + requestRecord.uses + 4, 1);
    assert.equal(await stage.call("spawn", at.request, requestRecord.bytes, at.child), "EINVAL");
  });

  test("answers EFAULT for addresses outside the memory, and starts nothing", async () => {
    const stage = await new Stage().open();
    stage.request("worker", "one", { args: ["a"] });
    const { memory } = stage.puppet.process;
    const call = (request: number, child: number): Promise<string> =>
      stage.call("spawn", request, requestRecord.bytes, child);
    assert.equal(await call(pageBytes - 8, at.child), "EFAULT");
    assert.equal(await call(-4, at.child), "EFAULT");
    assert.equal(await call(at.request, pageBytes - 7), "EFAULT");
    for (const field of Object.values(requestRecord).filter((place) => place < 48)) {
      const [address, length] = [
        memory.u32(at.request + field),
        memory.u32(at.request + field + 4),
      ];
      memory.setU32(at.request + field, pageBytes - 3);
      memory.setU32(at.request + field + 4, 4);
      assert.equal(await call(at.request, at.child), "EFAULT", `field at ${field}`);
      memory.setU32(at.request + field, address);
      memory.setU32(at.request + field + 4, length);
    }
    memory.setU32(at.lists, 0xffff_ffff);
    assert.equal(await call(at.request, at.child), "EFAULT");
    assert.deepEqual(stage.family?.started, []);
  });

  test("answers EAGAIN beyond `children`, and counts whom it has not read of", async () => {
    const stage = await new Stage().open({ children: 2 });
    assert.equal(await stage.spawn("short", "one"), "ok");
    assert.equal(await stage.spawn("crasher", "two"), "ok");
    assert.equal(await stage.spawn("short", "three"), "EAGAIN");
    assert.equal(await stage.nextExit(), "ok");
    assert.equal(await stage.spawn("worker", "three"), "ok");
    assert.equal(await stage.nextExit(), "ok");
    assert.equal(await stage.spawn("worker", "four"), "EAGAIN");
    assert.equal(await stage.call("acknowledge", 2n), "ok");
    assert.equal(await stage.spawn("worker", "four"), "ok");
  });
});

suite("next_exit", () => {
  test("waits for a child to end, and tells which, how, and if it failed", async () => {
    const stage = await new Stage().open();
    await stage.spawn("worker", "one");
    const waiting = stage.nextExit();
    assert.equal(await waiting, "waits");
    stage.family?.ask(2.5e9);
    await stage.host.time.run();
    const nothing = { child: 0n, grace: 0n, isFailure: 0, how: 0, code: 0, text: "" };
    assert.deepEqual(stage.notice(), { ...nothing, kind: 2, grace: 2_500_000_000n });
    await stage.spawn("crasher", "two");
    assert.equal(await stage.nextExit(), "ok");
    const crash = { child: 2n, kind: 1, isFailure: 1, code: 3, text: "exited(3)" };
    assert.deepEqual(stage.notice(), { ...nothing, ...crash });
    assert.equal(await stage.call("end", 1n, 0n), "ok");
    assert.equal(await stage.nextExit(), "ok");
    const killed = { child: 1n, kind: 1, how: 1, text: "killed(by its parent)" };
    assert.deepEqual(stage.notice(), { ...nothing, ...killed });
  });

  test("told not to wait answers EAGAIN until a notice has come", async () => {
    const stage = await new Stage().open();
    assert.equal(await stage.nextExit(1), "EAGAIN");
    await stage.spawn("short", "one");
    assert.equal(await stage.nextExit(1), "ok");
    assert.equal(await stage.nextExit(1), "EAGAIN");
  });

  test("says a grace without end as the largest number", async () => {
    const stage = await new Stage().open();
    stage.family?.ask(Infinity);
    assert.equal(await stage.nextExit(), "ok");
    assert.equal(stage.notice().grace, 2n ** 64n - 1n);
  });

  test("cuts the text to its room, between characters, with a NUL at its end", async () => {
    const end = { kind: "refused", code: 0, text: "a€b" } as const;
    const stage = new Stage();
    const family = stage.host.family({ specs: { odd: { lifeNs: 1, end } } });
    Object.assign(stage, { family });
    await stage.open();
    for (const [room, text] of [
      [0, ""],
      [1, ""],
      [2, "a"],
      [4, "a"],
      [5, "a€"],
      [6, "a€b"],
      [60, "a€b"],
    ] as const) {
      await stage.spawn("odd", "one");
      stage.puppet.process.memory.bytes(at.notice, 200).fill(1);
      assert.equal(await stage.nextExit(0, 32 + room), "ok");
      if (room > 0) assert.equal(stage.notice(32 + room).text, text);
      const behind = stage.puppet.process.memory.u8(at.notice + 32 + room);
      assert.equal(behind, 1, "nothing is written behind the record");
      await stage.call("acknowledge", stage.notice().child);
    }
  });

  test("answers EINVAL for other flags and too little room, EFAULT outside", async () => {
    const stage = await new Stage().open();
    stage.family?.ask(1);
    assert.equal(await stage.nextExit(2), "EINVAL");
    assert.equal(await stage.nextExit(-1), "EINVAL");
    assert.equal(await stage.nextExit(0, 31), "EINVAL");
    assert.equal(await stage.call("next_exit", pageBytes - 32, 33, 0), "EFAULT");
    assert.equal(await stage.call("next_exit", -1, -1, 0), "EFAULT");
    assert.equal(await stage.nextExit(), "ok", "what was refused has taken nothing");
  });

  test("ends with the process, which then has no children", async () => {
    const stage = await new Stage().open();
    await stage.spawn("worker", "one");
    assert.equal(await stage.nextExit(), "waits");
    stage.puppet.process.end({ kind: "killed", by: { who: "the test" } });
    await stage.host.time.until(stage.puppet.exit);
    assert.deepEqual([stage.family?.isClosed, stage.family?.aliveCount], [true, 0]);
  });
});

suite("exit_fd", () => {
  const [events, count, type] = [2048, 2040, 10] as const;

  /** Polls for one descriptor to be readable. */
  async function poll(stage: Stage, fd: number): Promise<string> {
    const { memory } = stage.puppet.process;
    memory.bytes(at.notice, 48).fill(0);
    memory.setU8(at.notice + 8, 1);
    memory.setU32(at.notice + 16, fd);
    return stage.call("poll_oneoff", at.notice, events, 1, count);
  }

  async function opened(): Promise<{ readonly stage: Stage; readonly fd: number }> {
    const stage = await new Stage().open();
    assert.equal(await stage.call("exit_fd", at.small), "ok");
    return { stage, fd: stage.puppet.process.memory.u32(at.small) };
  }

  test("gives a descriptor that is readable while a notice waits", async () => {
    const { stage, fd } = await opened();
    const { memory } = stage.puppet.process;
    const waiting = poll(stage, fd);
    assert.equal(await waiting, "waits");
    stage.family?.ask(1);
    await stage.host.time.run();
    assert.deepEqual(
      [memory.u32(count), memory.u16(events + 8), memory.u8(events + type)],
      [1, 0, 1],
    );
    assert.equal(await poll(stage, fd), "ok", "as long as it has not been read");
    assert.equal(await stage.nextExit(1), "ok");
    assert.equal(await poll(stage, fd), "waits");
  });

  test("can be had several times, closed and renumbered; notices stay", async () => {
    const { stage, fd } = await opened();
    assert.equal(await stage.call("exit_fd", at.small), "ok");
    const second = stage.puppet.process.memory.u32(at.small);
    assert.notEqual(second, fd);
    assert.equal(await stage.call("fd_close", fd), "ok");
    stage.family?.ask(1);
    assert.equal(await poll(stage, second), "ok");
    assert.equal(await stage.call("fd_renumber", second, 0), "ok");
    assert.equal(await poll(stage, 0), "ok");
  });

  test("cannot be read, written or sought", async () => {
    const { stage, fd } = await opened();
    stage.puppet.process.memory.bytes(at.notice, 64).fill(0);
    assert.equal(await stage.call("fd_read", fd, at.notice, 1, at.small), "EBADF");
    assert.equal(await stage.call("fd_write", fd, at.notice, 1, at.small), "EBADF");
    assert.notEqual(await stage.call("fd_seek", fd, 0n, 0, at.small), "ok");
    assert.notEqual(await stage.call("fd_prestat_get", fd, at.small), "ok");
    assert.equal(await stage.call("fd_fdstat_get", fd, at.notice), "ok");
    assert.equal(await stage.call("fd_filestat_get", fd, at.notice), "ok");
    assert.equal(await stage.call("fd_fdstat_set_flags", fd, 4), "ok");
  });

  test("answers EFAULT outside the memory and EMFILE when no number is free", async () => {
    const stage = await new Stage().open({ descriptors: 11 });
    assert.equal(await stage.call("exit_fd", pageBytes - 3), "EFAULT");
    assert.equal(await stage.call("exit_fd", at.small), "ok");
    assert.equal(await stage.call("exit_fd", at.small), "EMFILE");
  });
});

suite("acknowledge", () => {
  test("takes a failure that was read, once; ECHILD for anything else", async () => {
    const stage = await new Stage().open();
    await stage.spawn("crasher", "one");
    assert.equal(await stage.call("acknowledge", 1n), "ECHILD", "not told of yet");
    await stage.nextExit();
    for (const nobody of [0n, 2n, -1n, 2n ** 53n + 1n]) {
      assert.equal(await stage.call("acknowledge", nobody), "ECHILD");
    }
    assert.equal(await stage.call("acknowledge", 1n), "ok");
    assert.equal(await stage.call("acknowledge", 1n), "ECHILD");
    await stage.spawn("short", "two");
    await stage.nextExit();
    assert.equal(await stage.call("acknowledge", 2n), "ECHILD", "no failure");
    assert.deepEqual(stage.family?.acknowledged, [1]);
  });
});

suite("end", () => {
  test("asks a child with a grace, ends it without one; ECHILD once its end was read", async () => {
    const stage = await new Stage().open();
    await stage.spawn("worker", "one");
    assert.equal(await stage.call("end", 7n, 0n), "ECHILD");
    assert.equal(await stage.call("end", 1n, -1n), "ok");
    assert.equal(await stage.call("end", 1n, 0n), "ok", "it is on its way already");
    await stage.nextExit();
    assert.deepEqual([stage.notice().how, stage.notice().isFailure], [0, 0]);
    assert.equal(await stage.call("end", 1n, 0n), "ECHILD");
  });
});

suite("self", () => {
  test("tells the path in the tree, and its length in any case", async () => {
    const stage = await new Stage().open();
    const { memory } = stage.puppet.process;
    assert.equal(await stage.call("self", at.notice, 8, at.small), "ok");
    assert.deepEqual([memory.text(at.notice, 8), memory.u32(at.small)], ["app/boss", 8]);
    memory.setU32(at.small, 0);
    assert.equal(await stage.call("self", at.notice, 7, at.small), "ERANGE");
    assert.equal(memory.u32(at.small), 8);
    assert.equal(await stage.call("self", pageBytes - 7, 8, at.small), "EFAULT");
    assert.equal(await stage.call("self", at.notice, 8, pageBytes - 3), "EFAULT");
  });
});
