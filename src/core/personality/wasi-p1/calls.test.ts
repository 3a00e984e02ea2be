import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { answerName } from "#core/personality/wasi-p1/abi";
import { simulatedHost, type SimulatedHost } from "#adapters/sim";
import { Fd, Props, type Puppet, PuppetTheatre, signatureOf } from "#test/puppet";
import { calls } from "./calls.ts";

const page = 65_536;
const EBADF = 8;
const EFAULT = 21;
const EINVAL = 28;

/** Where the parameters below find what they point to. */
const at = { vector: 1024, buffer: 2048, file: 512, fresh: 520, link: 530, answer: 4096 } as const;

interface Stage {
  readonly host: SimulatedHost;
  readonly puppet: Puppet;
  readonly props: Props;
}

/** A process with a descriptor of every kind, and a vector of one buffer of four bytes. */
async function stage(): Promise<Stage> {
  const host = simulatedHost({ seed: 1 });
  const props = new Props(host);
  const puppet = await new PuppetTheatre(host)
    .spawn({ args: ["an argument"], env: ["A=1"], descriptors: () => props.descriptors() })
    .ready();
  const { memory } = puppet.process;
  memory.setU32(at.vector, at.buffer);
  memory.setU32(at.vector + 4, 4);
  memory.bytes(at.file, 4).set(new TextEncoder().encode("file"));
  memory.bytes(at.fresh, 3).set(new TextEncoder().encode("new"));
  memory.bytes(at.link, 4).set(new TextEncoder().encode("link"));
  return { host, puppet, props };
}

/** What a call answers by name; `waits` when it does not answer. */
async function answerOf(
  { host, puppet }: Stage,
  call: string,
  parameters: readonly (number | bigint)[],
): Promise<string> {
  let answer = "waits";
  void puppet.tell(call, ...parameters).then((outcome) => {
    answer = typeof outcome === "number" ? answerName(outcome) : "ended";
  });
  await host.time.run();
  return answer;
}

/** Marks a parameter that is an address, and of how many bytes at least. */
interface Pointer {
  readonly pointer: number;
  readonly bytes: number;
}

function to(pointer: number, bytes = 4): Pointer {
  return { pointer, bytes };
}

type Parameter = number | bigint | Pointer;

const vector = to(at.vector, 8);
const file = [to(at.file), 4] as const;
const fresh = [to(at.fresh, 3), 3] as const;
const answer = to(at.answer);

/** Parameters with which each call that has pointers would succeed, or wait. */
const sound: Readonly<Record<string, readonly Parameter[]>> = {
  args_get: [to(64, 4), to(128, 12)],
  args_sizes_get: [to(64), to(68)],
  environ_get: [to(64, 4), to(128, 4)],
  environ_sizes_get: [to(64), to(68)],
  clock_res_get: [0, to(64, 8)],
  clock_time_get: [0, 0n, to(64, 8)],
  fd_fdstat_get: [Fd.file, to(64, 24)],
  fd_filestat_get: [Fd.file, to(64, 64)],
  fd_pread: [Fd.file, vector, 1, 0n, answer],
  fd_prestat_get: [Fd.directory, to(64, 8)],
  fd_prestat_dir_name: [Fd.directory, to(64, 1), 1],
  fd_pwrite: [Fd.file, vector, 1, 0n, answer],
  fd_read: [Fd.file, vector, 1, answer],
  fd_readdir: [Fd.directory, to(64, 200), 200, 0n, answer],
  fd_seek: [Fd.file, 0n, 0, to(64, 8)],
  fd_tell: [Fd.file, to(64, 8)],
  fd_write: [Fd.file, vector, 1, answer],
  path_create_directory: [Fd.directory, ...fresh],
  path_filestat_get: [Fd.directory, 0, ...file, to(64, 64)],
  path_filestat_set_times: [Fd.directory, 0, ...file, 0n, 0n, 0],
  path_link: [Fd.directory, 0, ...file, Fd.directory, ...fresh],
  path_open: [Fd.directory, 0, ...file, 0, 2n, 0n, 0, answer],
  path_readlink: [Fd.directory, to(at.link), 4, to(64, 4), 4, answer],
  path_remove_directory: [Fd.directory, ...file],
  path_rename: [Fd.directory, ...file, Fd.directory, ...fresh],
  path_symlink: [...file, Fd.directory, ...fresh],
  path_unlink_file: [Fd.directory, ...file],
  poll_oneoff: [to(8192, 48), to(64, 32), 1, answer],
  random_get: [to(64, 16), 16],
  sock_accept: [Fd.listener, 0, answer],
  sock_recv: [Fd.socket, vector, 1, 0, answer, to(at.answer + 4, 2)],
  sock_send: [Fd.socket, vector, 1, 0, answer],
};

function plain(parameter: Parameter): number | bigint {
  return typeof parameter === "object" ? parameter.pointer : parameter;
}

suite("calls of WASI preview 1", () => {
  test("are the 46 of the contract", () => {
    assert.equal(Object.keys(calls).length, 46);
  });

  test("have handlers that take what the types say", () => {
    for (const [name, row] of Object.entries(calls)) {
      assert.match(row.type, /^\((?:i(?:32|64)(?:, i(?:32|64))*)?\) -> (?:i32|\(\))$/, name);
      assert.equal(row.handler.length - 1, signatureOf(name).parameters.length, name);
      assert.equal(row.support === "partial", row.note !== "", name);
    }
  });

  test("with pointers all have a row in the table below, and succeed or wait with it", async () => {
    for (const [name, parameters] of Object.entries(sound)) {
      assert.equal(parameters.length, signatureOf(name).parameters.length, name);
      const given = await answerOf(await stage(), name, parameters.map(plain));
      const known = name === "path_remove_directory" ? ["ENOTDIR"] : ["ok", "waits"];
      assert.ok(known.includes(given), `${name} answers ${given}`);
    }
    const without = Object.keys(calls).filter((name) => !(name in sound));
    assert.deepEqual(without.toSorted(), [
      "fd_advise",
      "fd_allocate",
      "fd_close",
      "fd_datasync",
      "fd_fdstat_set_flags",
      "fd_fdstat_set_rights",
      "fd_filestat_set_size",
      "fd_filestat_set_times",
      "fd_renumber",
      "fd_sync",
      "proc_exit",
      "proc_raise",
      "sched_yield",
      "sock_shutdown",
    ]);
  });
});

suite("address outside the memory", () => {
  for (const [name, parameters] of Object.entries(sound)) {
    for (const [place, parameter] of parameters.entries()) {
      if (typeof parameter !== "object") continue;
      test(`answers EFAULT as parameter ${place} of ${name}, and does nothing`, async () => {
        const on = await stage();
        const before = on.puppet.process.descriptors.count;
        const outside = [page, page - parameter.bytes + 1, -1, -page, -(2 ** 31)];
        for (const address of outside) {
          const given = parameters.map(plain);
          given[place] = address;
          assert.equal(await answerOf(on, name, given), "EFAULT", String(address));
        }
        assert.equal(on.puppet.process.descriptors.count, before);
        assert.equal(on.props.tree.heldCount, 2);
        assert.equal(await answerOf(on, "sched_yield", []), "ok");
      });
    }
  }

  test("answers EFAULT in a vector as well, for its entries and for what they name", async () => {
    const { puppet } = await stage();
    const { memory } = puppet.process;
    const vectors: readonly (readonly [string, readonly number[]])[] = [
      ["fd_read", [Fd.file]],
      ["fd_write", [Fd.output]],
      ["sock_recv", [Fd.socket]],
      ["sock_send", [Fd.socket]],
    ];
    const rest: Readonly<Record<string, readonly number[]>> = {
      sock_recv: [0, at.answer, at.answer + 4],
      sock_send: [0, at.answer],
    };
    for (const [name, [fd = 0]] of vectors) {
      const call = (address: number, count: number): Promise<unknown> =>
        puppet.do(name, fd, address, count, ...(rest[name] ?? [at.answer]));
      for (const [base, length] of [
        [page, 1],
        [page - 1, 2],
        [0, 2 ** 32 - 1],
        [2 ** 32 - 1, 1],
        [2 ** 32 - 1, 2 ** 32 - 1],
        [page + 1, 0],
      ] as const) {
        memory.setU32(at.vector, base);
        memory.setU32(at.vector + 4, length);
        assert.equal(await call(at.vector, 1), EFAULT, `${name} ${base} ${length}`);
      }
      assert.equal(await call(page - 8, 2), EFAULT);
      assert.equal(await call(at.vector, 2 ** 32 - 1), EINVAL);
      assert.equal(await call(at.vector, 2 ** 31), EINVAL);
      assert.equal(await call(at.vector, 1025), EINVAL);
    }
  });

  test("takes nothing in and puts nothing out when the answer has no place", async () => {
    const on = await stage();
    on.props.source.feed("here").end();
    assert.equal(await answerOf(on, "fd_read", [Fd.input, at.vector, 1, page]), "EFAULT");
    assert.equal(await answerOf(on, "fd_read", [Fd.input, at.vector, 1, at.answer]), "ok");
    assert.equal(on.puppet.process.memory.text(at.buffer, 4), "here");
    assert.equal(await answerOf(on, "fd_write", [Fd.output, at.vector, 1, page]), "EFAULT");
    assert.equal(await answerOf(on, "fd_pwrite", [Fd.file, at.vector, 1, 0n, page]), "EFAULT");
    assert.equal(
      await answerOf(on, "path_open", [3, 0, at.fresh, 3, 1, 2n, 0n, 0, page]),
      "EFAULT",
    );
    assert.equal(on.props.sink.text, "");
    assert.equal(await answerOf(on, "path_filestat_get", [3, 0, at.fresh, 3, 64]), "ENOENT");
    assert.equal(await answerOf(on, "fd_pread", [Fd.file, at.vector, 1, 0n, at.answer]), "ok");
    assert.equal(on.puppet.process.memory.text(at.buffer, 4), "0123");
  });

  test("may lie right behind a growth of the memory", async () => {
    const { puppet } = await stage();
    for (const [name, parameters] of Object.entries(sound)) {
      if (name.startsWith("sock_") || name === "poll_oneoff") continue;
      assert.notEqual(await puppet.do("grow", 0), -1);
      const outcome = await puppet.do(name, ...parameters.map(plain));
      assert.ok(typeof outcome === "number" && outcome !== EFAULT, name);
    }
    assert.equal(await puppet.do("grow", 1), 1);
    assert.equal(await puppet.do("random_get", 0, 0), 0);
    assert.equal(await puppet.do("grow", 1), 2);
    assert.equal(await puppet.do("clock_time_get", 1, 0n, 2 * page), 0);
  });
});

suite("descriptor", () => {
  const nothing = [99, 10, -1, 2 ** 31 - 1, -(2 ** 31)];

  for (const [name, { type }] of Object.entries(calls)) {
    if (!/^(?:fd|path|sock)_/.test(name)) continue;
    test(`that is not open answers EBADF to ${name}`, async () => {
      const on = await stage();
      const isLater = name === "path_symlink";
      for (const fd of nothing) {
        const known = sound[name]?.map(plain) ?? signatureOf(name).parameters.map(() => 0);
        const given = known.map((value, place) => (place === (isLater ? 2 : 0) ? fd : value));
        assert.equal(await answerOf(on, name, given), "EBADF", `${type} ${fd}`);
      }
    });
  }

  test("that is not open answers EBADF as the second of two, too", async () => {
    const { puppet } = await stage();
    for (const fd of nothing) {
      assert.equal(await puppet.do("fd_renumber", Fd.file, fd), EBADF);
      const path = [at.file, 4, fd, at.fresh, 3];
      assert.equal(await puppet.do("path_rename", Fd.directory, ...path), EBADF);
      assert.equal(await puppet.do("path_link", Fd.directory, 0, ...path), EBADF);
    }
  });

  const inVain = "ENOTDIR";
  const stream = { otherwise: "ESPIPE", directory: "EISDIR", file: "ok" };
  const folder = { otherwise: inVain, directory: "ok" };
  const socket = { otherwise: "ENOTSOCK", socket: "ok" };
  const onDisk = { otherwise: "EINVAL", directory: "ok", file: "ok" };
  const fit = { otherwise: "ok" };
  const [v, a] = [at.vector, at.answer];

  /** What each call answers for a descriptor of each kind, its other parameters being sound. */
  const kinds: Readonly<
    Record<string, readonly [Readonly<Record<string, string>>, (fd: number) => readonly number[]]>
  > = {
    fd_advise: [{ ...stream, device: "ok" }, (fd) => [fd, 0, 0, 0]],
    fd_allocate: [{ ...stream, device: "EINVAL" }, (fd) => [fd, 0, 4]],
    fd_close: [fit, (fd) => [fd]],
    fd_datasync: [onDisk, (fd) => [fd]],
    fd_fdstat_get: [fit, (fd) => [fd, a]],
    fd_fdstat_set_flags: [fit, (fd) => [fd, 0]],
    fd_fdstat_set_rights: [fit, (fd) => [fd, 0, 0]],
    fd_filestat_get: [fit, (fd) => [fd, a]],
    fd_filestat_set_size: [{ ...stream, device: "EINVAL" }, (fd) => [fd, 3]],
    fd_filestat_set_times: [
      { otherwise: "ENOTCAPABLE", directory: "ok", file: "ok", device: "EROFS" },
      (fd) => [fd, 0, 0, 0],
    ],
    fd_pread: [{ ...stream, device: "ok" }, (fd) => [fd, v, 1, 0, a]],
    fd_prestat_get: [{ otherwise: "EBADF", directory: "ok" }, (fd) => [fd, a]],
    fd_prestat_dir_name: [{ otherwise: "EBADF", directory: "ok" }, (fd) => [fd, a, 9]],
    fd_pwrite: [{ ...stream, device: "ok" }, (fd) => [fd, v, 1, 0, a]],
    fd_read: [
      {
        otherwise: "EBADF",
        input: "waits",
        pipeReader: "waits",
        socket: "waits",
        directory: "EISDIR",
        file: "ok",
        device: "ok",
      },
      (fd) => [fd, v, 1, a],
    ],
    fd_readdir: [folder, (fd) => [fd, a, 99, 0, at.buffer]],
    fd_renumber: [fit, (fd) => [fd, fd]],
    fd_seek: [stream, (fd) => [fd, 0, 0, a]],
    fd_sync: [onDisk, (fd) => [fd]],
    fd_tell: [{ ...stream, device: "ok" }, (fd) => [fd, a]],
    fd_write: [
      {
        otherwise: "ok",
        directory: "EISDIR",
        input: "EBADF",
        pipeReader: "EBADF",
        listener: "EBADF",
      },
      (fd) => [fd, v, 1, a],
    ],
    path_create_directory: [folder, (fd) => [fd, at.fresh, 3]],
    path_filestat_get: [folder, (fd) => [fd, 0, at.file, 4, a]],
    path_filestat_set_times: [folder, (fd) => [fd, 0, at.file, 4, 0, 0, 0]],
    path_link: [folder, (fd) => [fd, 0, at.file, 4, fd, at.fresh, 3]],
    path_open: [folder, (fd) => [fd, 0, at.file, 4, 0, 2, 0, 0, a]],
    path_readlink: [folder, (fd) => [fd, at.link, 4, a, 9, at.buffer]],
    path_remove_directory: [{ otherwise: inVain }, (fd) => [fd, at.file, 4]],
    path_rename: [folder, (fd) => [fd, at.file, 4, fd, at.fresh, 3]],
    path_symlink: [folder, (fd) => [at.file, 4, fd, at.fresh, 3]],
    path_unlink_file: [folder, (fd) => [fd, at.file, 4]],
    sock_accept: [{ otherwise: "ENOTSOCK", listener: "waits" }, (fd) => [fd, 0, a]],
    sock_recv: [{ ...socket, socket: "waits" }, (fd) => [fd, v, 1, 0, a, a + 4]],
    sock_send: [socket, (fd) => [fd, v, 1, 0, a]],
    sock_shutdown: [socket, (fd) => [fd, 3]],
  };

  for (const [name, [answers, given]] of Object.entries(kinds)) {
    test(`of each kind has its answer to ${name}`, async () => {
      for (const [kind, fd] of Object.entries(Fd)) {
        const found = await answerOf(await stage(), name, given(fd));
        assert.equal(found, answers[kind] ?? answers["otherwise"], kind);
      }
    });
  }

  test("of each kind is known to the table above, for every call that takes one", () => {
    const taking = Object.keys(calls).filter((name) => /^(?:fd|path|sock)_/.test(name));
    assert.deepEqual(Object.keys(kinds), taking);
  });
});
