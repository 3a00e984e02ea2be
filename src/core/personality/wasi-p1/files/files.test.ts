import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import {
  answerName,
  fdflags,
  fstflags,
  oflags,
  preview1,
  rights,
  sizes,
} from "#core/personality/wasi-p1/abi";
import { rightsOfKind } from "#core/personality/wasi-p1/files";
import { simulatedHost } from "#adapters/sim";
import { Fd, Props, type Puppet, PuppetTheatre } from "#test/puppet";

const at = { path: 64, other: 320, answer: 600, vector: 608, stat: 640, buffer: 4096 } as const;
const readAndWrite = BigInt(rights.fdRead | rights.fdWrite);
const readOnly = BigInt(rights.fdRead);
const encoder = new TextEncoder();

class Stage {
  readonly props: Props;
  readonly puppet: Puppet;

  constructor(props: Props, puppet: Puppet) {
    this.props = props;
    this.puppet = puppet;
  }

  async call(name: string, ...parameters: readonly (number | bigint)[]): Promise<string> {
    const outcome = await this.puppet.do(name, ...parameters);
    assert.ok(typeof outcome === "number", name);
    return answerName(outcome);
  }

  path(text: string, address: number = at.path): readonly [number, number] {
    const bytes = encoder.encode(text);
    this.puppet.process.memory.bytes(address, bytes.length).set(bytes);
    return [address, bytes.length];
  }

  /** Opens a path below the granted directory; the number, or why not. */
  async open(
    text: string,
    options: { readonly flags?: number; readonly rights?: bigint; readonly fdflags?: number } = {},
  ): Promise<number | string> {
    const { flags = 0, rights: wanted = readAndWrite, fdflags: more = 0 } = options;
    const path = this.path(text);
    const parameters = [Fd.directory, 0, ...path, flags, wanted, 0n, more, at.answer];
    const answer = await this.call("path_open", ...parameters);
    return answer === "ok" ? this.answer : answer;
  }

  /** As `open`, of what can be opened. */
  async opened(text: string, options: Parameters<Stage["open"]>[1] = {}): Promise<number> {
    const fd = await this.open(text, options);
    assert.ok(typeof fd === "number", `${text}: ${fd}`);
    return fd;
  }

  get answer(): number {
    return this.puppet.process.memory.u32(at.answer);
  }

  vector(sizeBytes: number): readonly [number, number] {
    this.puppet.process.memory.setU32(at.vector, at.buffer);
    this.puppet.process.memory.setU32(at.vector + 4, sizeBytes);
    return [at.vector, 1];
  }

  /** The names of all entries, read with a buffer of this size. */
  async list(bufferBytes: number): Promise<readonly string[]> {
    const { memory } = this.puppet.process;
    const names: string[] = [];
    for (let cookie = 0n; ;) {
      await this.call("fd_readdir", Fd.directory, at.buffer, bufferBytes, cookie, at.answer);
      const used = this.answer;
      let offset = 0;
      while (offset + sizes.dirent <= used) {
        const nameBytes = memory.u32(at.buffer + offset + 16);
        if (offset + sizes.dirent + nameBytes > used) break;
        names.push(memory.text(at.buffer + offset + sizes.dirent, nameBytes) ?? "");
        cookie = memory.u64(at.buffer + offset);
        offset += sizes.dirent + nameBytes;
      }
      if (used < bufferBytes) return names;
    }
  }
}

async function stage(limits: { readonly descriptors?: number } = {}): Promise<Stage> {
  const host = simulatedHost({ seed: 1 });
  const props = new Props(host);
  const theatre = new PuppetTheatre(host);
  const puppet = theatre.spawn({ descriptors: () => props.descriptors(), limits });
  return new Stage(props, await puppet.ready());
}

suite("opening a path", () => {
  test("gives the lowest free number, and only the reading and writing asked for", async () => {
    const on = await stage();
    const fd = await on.opened("file", { rights: BigInt(rights.fdRead) });
    assert.equal(fd, 10);
    assert.equal(await on.call("fd_read", fd, ...on.vector(4), at.answer), "ok");
    assert.equal(await on.call("fd_write", fd, ...on.vector(4), at.answer), "EBADF");
    const writing = await on.opened("file", { rights: BigInt(rights.fdWrite) });
    assert.equal(await on.call("fd_read", writing, ...on.vector(4), at.answer), "EBADF");
    assert.equal(await on.call("fd_write", writing, ...on.vector(4), at.answer), "ok");
  });

  test("makes nothing when no number is left", async () => {
    const on = await stage({ descriptors: 11 });
    assert.equal(await on.open("file"), 10);
    assert.equal(await on.open("new", { flags: oflags.creat }), "EMFILE");
    assert.equal(await on.open("file", { flags: oflags.trunc }), "EMFILE");
    await on.call("path_filestat_get", Fd.directory, 0, ...on.path("new"), at.stat);
    assert.equal(
      await on.call("path_filestat_get", Fd.directory, 0, ...on.path("new"), at.stat),
      "ENOENT",
    );
    await on.call("fd_filestat_get", Fd.file, at.stat);
    assert.equal(on.puppet.process.memory.u64(at.stat + 32), 10n);
    await on.call("fd_close", 10);
    assert.equal(await on.open("new", { flags: oflags.creat }), 10);
  });

  test("refuses bits that mean nothing, and rights the directory has not", async () => {
    const on = await stage();
    for (const flags of [16, 32, 2 ** 16, 2 ** 31]) {
      assert.equal(await on.open("file", { flags }), "EINVAL");
      assert.equal(await on.open("file", { fdflags: flags === 16 ? 32 : flags }), "EINVAL");
    }
    const fewer = BigInt(rights.pathOpen | rights.fdReaddir);
    await on.call("fd_fdstat_set_rights", Fd.directory, fewer, BigInt(rights.fdRead));
    assert.equal(await on.open("new", { flags: oflags.creat }), "ENOTCAPABLE");
    assert.equal(await on.open("file", { flags: oflags.trunc }), "ENOTCAPABLE");
    const fd = await on.opened("file");
    assert.equal(await on.call("fd_read", fd, ...on.vector(4), at.answer), "ok");
    assert.equal(await on.call("fd_write", fd, ...on.vector(4), at.answer), "EBADF");
    assert.equal(await on.call("fd_tell", fd, at.stat), "ENOTCAPABLE");
  });

  test("never leads out of the directory, and says so", async () => {
    const on = await stage();
    for (const [path, answer] of [
      ["..", "EPERM"],
      ["/file", "EPERM"],
      ["folder/../../file", "EPERM"],
      ["file\0hidden", "EINVAL"],
      ["", "ENOENT"],
      ["x".repeat(256), "ENAMETOOLONG"],
      ["file/", "ENOTDIR"],
      ["link/x", "ENOTDIR"],
      ["folder/../file/..", "ENOTDIR"],
    ] as const) {
      assert.equal(await on.open(path), answer, path);
    }
  });

  test("refuses a path that is too long before it reads it, but not before it may", async () => {
    const on = await stage();
    on.puppet.process.memory.bytes(at.buffer, 5000).fill(0xff);
    for (const [length, answer] of [
      [4095, "EILSEQ"],
      [4096, "ENAMETOOLONG"],
      [60_000, "ENAMETOOLONG"],
      [70_000, "EFAULT"],
      [-1, "EFAULT"],
    ] as const) {
      const path = [at.buffer, length];
      assert.equal(await on.call("path_unlink_file", Fd.directory, ...path), answer);
      assert.equal(await on.call("path_symlink", ...path, Fd.directory, ...path), answer);
      const opening = [Fd.directory, 0, ...path, 0, 2n, 0n, 0, at.answer];
      assert.equal(await on.call("path_open", ...opening), answer);
    }
  });

  test("refuses a path that is not UTF-8", async () => {
    const on = await stage();
    on.puppet.process.memory.bytes(at.path, 2).set([0xc3, 0x28]);
    const parameters = [Fd.directory, 0, at.path, 2, 0, 2n, 0n, 0, at.answer];
    assert.equal(await on.call("path_open", ...parameters), "EILSEQ");
    assert.equal(await on.call("path_symlink", at.path, 2, Fd.directory, at.path, 2), "EILSEQ");
  });
});

suite("rights", () => {
  test("can be given up and never gained", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    const all = BigInt(rightsOfKind("file").base);
    const some = BigInt(rights.fdRead | rights.fdTell);
    assert.equal(await on.call("fd_fdstat_set_rights", Fd.file, some, 0n), "ok");
    await on.call("fd_fdstat_get", Fd.file, at.stat);
    assert.deepEqual([memory.u64(at.stat + 8), memory.u64(at.stat + 16)], [some, 0n]);
    for (const more of [all, some | 64n, some | (1n << 29n)]) {
      assert.equal(await on.call("fd_fdstat_set_rights", Fd.file, more, 0n), "ENOTCAPABLE");
    }
    assert.equal(await on.call("fd_fdstat_set_rights", Fd.file, 0n, 2n), "ENOTCAPABLE");
    assert.equal(await on.call("fd_seek", Fd.file, 0n, 0, at.stat), "ENOTCAPABLE");
    assert.equal(await on.call("fd_tell", Fd.file, at.stat), "ok");
  });

  test("that the contract does not know are passed over", async () => {
    const on = await stage();
    const unknown = (2n ** 63n) | BigInt(rights.fdRead);
    assert.equal(await on.call("fd_fdstat_set_rights", Fd.file, unknown, 0n), "ok");
  });
});

suite("position in a file", () => {
  const seek = (on: Stage, delta: bigint, whence: number): Promise<string> =>
    on.call("fd_seek", Fd.file, delta, whence, at.stat);

  test("moves from the start, from where it is and from the end", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    for (const [delta, whence, position] of [
      [4n, 0, 4n],
      [3n, 1, 7n],
      [-5n, 1, 2n],
      [-1n, 2, 9n],
      [100n, 2, 110n],
    ] as const) {
      assert.equal(await seek(on, delta, whence), "ok");
      assert.equal(memory.u64(at.stat), position);
      await on.call("fd_tell", Fd.file, at.stat);
      assert.equal(memory.u64(at.stat), position);
    }
  });

  test("stays where it is when it cannot go there", async () => {
    const on = await stage();
    await seek(on, 5n, 0);
    assert.equal(await seek(on, -1n, 0), "EINVAL");
    assert.equal(await seek(on, -11n, 2), "EINVAL");
    assert.equal(await seek(on, -(2n ** 63n), 1), "EINVAL");
    assert.equal(await seek(on, 2n ** 63n - 1n, 1), "EOVERFLOW");
    assert.equal(await seek(on, 0n, 3), "EINVAL");
    assert.equal(await seek(on, 0n, -1), "EINVAL");
    await on.call("fd_tell", Fd.file, at.stat);
    assert.equal(on.puppet.process.memory.u64(at.stat), 5n);
  });

  test("is left alone by reading and writing at a place", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    assert.equal(await on.call("fd_pread", Fd.file, ...on.vector(3), 4n, at.answer), "ok");
    assert.equal(memory.text(at.buffer, 3), "456");
    assert.equal(await on.call("fd_pwrite", Fd.file, ...on.vector(3), 0n, at.answer), "ok");
    await on.call("fd_read", Fd.file, ...on.vector(5), at.answer);
    assert.equal(memory.text(at.buffer, 5), "45634");
  });

  test("may be any number of 64 bits for a place: past the end there is nothing", async () => {
    const on = await stage();
    for (const offset of [10n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      assert.equal(await on.call("fd_pread", Fd.file, ...on.vector(3), offset, at.answer), "ok");
      assert.equal(on.answer, 0);
    }
    for (const offset of [2n ** 40n, 2n ** 53n, 2n ** 64n - 1n]) {
      assert.equal(
        await on.call("fd_pwrite", Fd.file, ...on.vector(3), offset, at.answer),
        "EFBIG",
      );
    }
  });

  test("is the end for one that appends, wherever it was put", async () => {
    const on = await stage();
    const fd = await on.opened("file", { fdflags: fdflags.append });
    on.path("+", at.buffer);
    await on.call("fd_seek", fd, 0n, 0, at.stat);
    await on.call("fd_write", fd, ...on.vector(1), at.answer);
    await on.call("fd_pwrite", fd, ...on.vector(1), 2n, at.answer);
    await on.call("fd_pread", Fd.file, ...on.vector(20), 0n, at.answer);
    assert.equal(on.puppet.process.memory.text(at.buffer, on.answer), "0123456789++");
  });
});

suite("size and times of a file", () => {
  test("can be set within what numbers and the quota allow", async () => {
    const on = await stage();
    assert.equal(await on.call("fd_filestat_set_size", Fd.file, 4n), "ok");
    for (const size of [-1n, 2n ** 53n, 2n ** 62n, 2_000_000n]) {
      assert.equal(await on.call("fd_filestat_set_size", Fd.file, size), "EFBIG");
    }
    assert.equal(await on.call("fd_allocate", Fd.file, 0n, 8n), "ok");
    assert.equal(await on.call("fd_allocate", Fd.file, 0n, 2n), "ok");
    await on.call("fd_filestat_get", Fd.file, at.stat);
    assert.equal(on.puppet.process.memory.u64(at.stat + 32), 8n);
    for (const [offset, length] of [
      [0n, 0n],
      [-1n, 5n],
      [0n, -1n],
    ] as const) {
      assert.equal(await on.call("fd_allocate", Fd.file, offset, length), "EINVAL");
    }
    const most = 2n ** 63n - 1n;
    assert.equal(await on.call("fd_allocate", Fd.file, most, most), "EFBIG");
  });

  test("are told in one structure, of a path as of a descriptor", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    const set = fstflags.atim | fstflags.mtim;
    assert.equal(await on.call("fd_filestat_set_times", Fd.file, 7n, 2n ** 63n + 1n, set), "ok");
    await on.call("fd_filestat_get", Fd.file, at.stat);
    const first = memory.bytes(at.stat, preview1.filestat.bytes).slice();
    assert.deepEqual([memory.u64(at.stat + 40), memory.u64(at.stat + 48)], [7n, 2n ** 63n + 1n]);
    await on.call("path_filestat_get", Fd.directory, 0, ...on.path("file"), at.stat);
    assert.deepEqual(memory.bytes(at.stat, preview1.filestat.bytes), first);
    const both = fstflags.atim | fstflags.atimNow;
    for (const flags of [both, 16, -1]) {
      assert.equal(await on.call("fd_filestat_set_times", Fd.file, 0n, 0n, flags), "EINVAL");
    }
  });

  test("are told over all that was there, and not in part where they do not fit", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    const { bytes } = preview1.filestat;
    memory.bytes(at.stat, bytes + 1).fill(0xee);
    assert.equal(await on.call("fd_filestat_get", Fd.file, at.stat), "ok");
    assert.ok(memory.bytes(at.stat + 17, 7).every((byte) => byte === 0));
    assert.equal(memory.u8(at.stat + bytes), 0xee);
    const ends = [memory.bytes(0, bytes), memory.bytes(memory.sizeBytes - bytes, bytes)];
    for (const end of ends) end.fill(0xee);
    for (const address of [memory.sizeBytes - bytes + 8, -8]) {
      assert.equal(await on.call("fd_filestat_get", Fd.file, address), "EFAULT");
      assert.ok(ends.every((end) => end.every((byte) => byte === 0xee)));
    }
  });
});

suite("listing of a directory", () => {
  const entries = [".", "..", "file", "folder", "link", "dev"];

  test("spells names in UTF-8", async () => {
    const on = await stage();
    const name = `${"\u{1f60a}".repeat(63)}xyz`;
    assert.equal(await on.call("path_create_directory", Fd.directory, ...on.path(name)), "ok");
    assert.ok((await on.list(400)).includes(name));
  });

  test("is whole, whatever size the buffer has that holds one entry", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: sizes.dirent + 6, max: 400 }), async (bufferBytes) => {
        assert.deepEqual(await (await stage()).list(bufferBytes), entries);
      }),
      { numRuns: 30 },
    );
  });

  test("fills a buffer that is too small to its last byte, and none behind it", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    for (const size of [0, 1, 23, 24, 30]) {
      memory.bytes(at.buffer, 100).fill(0xee);
      const parameters = [Fd.directory, at.buffer, size, 0n, at.answer];
      assert.equal(await on.call("fd_readdir", ...parameters), "ok");
      assert.deepEqual([on.answer, memory.u8(at.buffer + size)], [size, 0xee]);
    }
  });

  test("stays the same for a reader while others change the directory", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    await on.call("fd_readdir", Fd.directory, at.buffer, 60, 0n, at.answer);
    await on.call("path_unlink_file", Fd.directory, ...on.path("file"));
    await on.call("path_create_directory", Fd.directory, ...on.path("added"));
    await on.call("fd_readdir", Fd.directory, at.buffer, 28, 2n, at.answer);
    assert.equal(memory.text(at.buffer + sizes.dirent, 4), "file");
    const fresh = ["folder", "link", "added", "dev"];
    assert.deepEqual(await on.list(400), [".", "..", ...fresh]);
  });

  test("is at its end for every cookie beyond it", async () => {
    const on = await stage();
    for (const cookie of [6n, 7n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n]) {
      await on.call("fd_readdir", Fd.directory, at.buffer, 100, cookie, at.answer);
      assert.equal(on.answer, 0);
    }
  });
});

suite("granted directory", () => {
  test("tells its name to a buffer that has room for it", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    await on.call("fd_prestat_get", Fd.directory, at.stat);
    assert.deepEqual([memory.u32(at.stat), memory.u32(at.stat + 4)], [0, 1]);
    assert.equal(await on.call("fd_prestat_dir_name", Fd.directory, at.buffer, 0), "ENAMETOOLONG");
    assert.equal(await on.call("fd_prestat_dir_name", Fd.directory, at.buffer, -1), "ok");
    assert.equal(memory.text(at.buffer, 1), "/");
  });

  test("is forgotten as granted when it is opened anew", async () => {
    const on = await stage();
    const fd = await on.opened(".", { flags: oflags.directory, rights: readOnly });
    assert.equal(await on.call("fd_prestat_get", fd, at.stat), "EBADF");
    assert.equal(await on.call("fd_renumber", fd, Fd.directory), "ok");
    assert.equal(await on.call("fd_prestat_get", Fd.directory, at.stat), "EBADF");
    assert.equal(await on.open("file"), 10);
  });
});

suite("files of a process", () => {
  test("are all given back at its end, also those that were renumbered or replaced", async () => {
    const on = await stage();
    for (const path of ["file", ".", "folder"]) await on.opened(path, { rights: readOnly });
    await on.call("fd_renumber", 10, 11);
    await on.call("fd_close", 12);
    await on.puppet.leave();
    assert.equal(on.props.tree.heldCount, 0);
  });
});
