import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { Defect } from "#core/base";
import type { HostHandle, OpenFlags, OutsideDirectory } from "#core/host";
import { errno, Errno, PlatformError } from "#core/sys";
import { openPath, statPath } from "#core/vfs";
import { outsideDirectory } from "#core/vfs/outside";
import { type DirectoryGrant, openNodeDirectory } from "./open.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-directory-"));
after(() => rmSync(scratch, { recursive: true }));

const reading: OpenFlags = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
};
const editing: OpenFlags = { ...reading, write: true, create: true };

/** A folder of this machine, and a grant of it. */
function granted(grant: Partial<DirectoryGrant> = {}): { folder: string; port: OutsideDirectory } {
  const folder = mkdtempSync(join(scratch, "case-"));
  return { folder, port: openNodeDirectory(folder, { readOnly: false, ...grant }) };
}

function opened(handle: HostHandle | Errno): HostHandle {
  assert.ok(!(handle instanceof Errno), handle instanceof Errno ? handle.name : "");
  return handle;
}

function textOf(port: OutsideDirectory, handle: HostHandle): string {
  const bytes = new Uint8Array(100);
  const count = port.read(handle, bytes, 0);
  assert.ok(typeof count === "number");
  return new TextDecoder().decode(bytes.subarray(0, count));
}

function namesIn(port: OutsideDirectory, handle: HostHandle): readonly string[] {
  const entries = port.list(handle);
  assert.ok(!(entries instanceof Errno));
  return entries.map(({ name }) => name).toSorted();
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Where Linux keeps files in memory, which may be longer than those on most disks. */
const memoryFolder = "/dev/shm";

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const isLinux = process.platform === "linux";

suite("outside directory on this machine", () => {
  test("opens regular files only, and never waits for one that is not", { skip: !isLinux }, () => {
    const { folder, port } = granted();
    execFileSync("mkfifo", [join(folder, "fifo")]);
    assert.equal(port.openFile(port.root, "fifo", reading), errno.EACCES);
    assert.equal(port.openFile(port.root, "fifo", { ...reading, write: true }), errno.EACCES);
    const writing = { ...reading, read: false, write: true };
    assert.equal(port.openFile(port.root, "fifo", writing), errno.EACCES);
    const making = { ...editing, exclusive: true };
    assert.equal(port.openFile(port.root, "fifo", making), errno.EEXIST);
    mkdirSync(join(folder, "dir"));
    assert.equal(port.openFile(port.root, "dir", reading), errno.EISDIR);
    port.closeAll();
  });

  test("lets nobody notice that a FIFO was to be opened", { skip: !isLinux }, async () => {
    const { folder, port } = granted();
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    // Waits in its opening for a reader, and dies if that one is gone before it has written.
    const writer = spawn("sh", ["-c", `echo heard > "${path}"`], { stdio: "ignore" });
    const ended = once(writer, "exit");
    for (let round = 0; round < 30; round++) {
      assert.equal(port.openFile(port.root, "fifo", reading), errno.EACCES);
      execFileSync("true");
    }
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    assert.deepEqual(await ended, [0, null]);
    assert.equal(readFileSync(fd, "utf8"), "heard\n");
    closeSync(fd);
    port.closeAll();
  });

  test("opens no device, even where there are some", { skip: !isLinux }, () => {
    const port = openNodeDirectory("/dev", { readOnly: true });
    const stat = port.stat(port.root, "null");
    assert.ok(!(stat instanceof Errno));
    assert.equal(stat.kind, "character");
    assert.equal(port.openFile(port.root, "null", reading), errno.EACCES);
    port.closeAll();
  });

  test("follows no link, neither to a file nor to a directory", () => {
    const { folder, port } = granted();
    symlinkSync("/etc/passwd", join(folder, "file"));
    symlinkSync("/etc", join(folder, "dir"));
    symlinkSync("/missing", join(folder, "dangling"));
    assert.equal(port.openFile(port.root, "file", reading), errno.ELOOP);
    assert.equal(port.openFile(port.root, "dangling", editing), errno.ELOOP);
    assert.equal(port.openDirectory(port.root, "dir"), errno.ELOOP);
    assert.equal(port.openDirectory(port.root, "dir/ssl"), errno.ELOOP);
    const stat = port.stat(port.root, "file");
    assert.ok(!(stat instanceof Errno));
    assert.equal(stat.kind, "symlink");
    port.closeAll();
  });

  test("a second name of a file outside is a file inside: only the host can give it", () => {
    const { folder, port } = granted();
    const outside = join(scratch, "outside-file");
    writeFileSync(outside, "shared");
    linkSync(outside, join(folder, "file"));
    assert.equal(textOf(port, opened(port.openFile(port.root, "file", reading))), "shared");
    port.closeAll();
  });

  test("takes no name that is more or less than one", () => {
    const { port } = granted();
    for (const name of ["", ".", "..", "a/b", "/a", "a\0"]) {
      assert.throws(() => port.stat(port.root, name), Defect, JSON.stringify(name));
      assert.throws(() => port.openFile(port.root, name, reading), Defect);
      assert.throws(() => port.unlink(port.root, name), Defect);
    }
    for (const path of ["", "..", "a/..", "../a", "a//b", "/a", "a/", "a/\0"]) {
      assert.throws(() => port.openDirectory(port.root, path), Defect, JSON.stringify(path));
    }
    port.closeAll();
  });

  test("goes on in a directory that was moved out of the grant while it was open", () => {
    const { folder, port } = granted();
    mkdirSync(join(folder, "a/b"), { recursive: true });
    writeFileSync(join(folder, "a/b/file"), "inside");
    writeFileSync(join(scratch, "beside"), "outside");
    const handle = opened(port.openDirectory(port.root, "a/b"));
    renameSync(join(folder, "a/b"), join(scratch, "moved-out"));
    assert.equal(textOf(port, opened(port.openFile(handle, "file", reading))), "inside");
    assert.equal(port.stat(handle, "beside"), errno.ENOENT);
    port.close(handle);
    port.closeAll();
  });

  test("goes on when the granted directory itself is moved", () => {
    const { folder, port } = granted({ nowMs: () => 0 });
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a/file"), "inside");
    const root = outsideDirectory(port);
    statPath(root, "a/file", { followLast: true });
    renameSync(folder, `${folder}-moved`);
    mkdirSync(join(folder, "a"), { recursive: true });
    writeFileSync(join(folder, "a/file"), "an impostor");
    const stat = statPath(root, "a/file", { followLast: true });
    assert.ok(!(stat instanceof Errno));
    assert.equal(stat.sizeBytes, 6);
    port.closeAll();
  });

  test("lists names that are UTF-8 and leaves out the rest", { skip: !isLinux }, () => {
    const { folder, port } = granted();
    const odd = Buffer.from([0x62, 0xff, 0x63]);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), odd]), "odd");
    symlinkSync(odd, join(folder, "link"));
    for (const name of ["plain", "b\ufffdd", "\ufeffmark"]) writeFileSync(join(folder, name), "");
    assert.deepEqual(
      namesIn(port, port.root),
      ["b\ufffdd", "link", "plain", "\ufeffmark"].toSorted(),
    );
    assert.equal(port.readLink(port.root, "link"), errno.EILSEQ);
    port.closeAll();
  });

  test("lists inode numbers that stat has, and 0 for what is gone", () => {
    const { folder, port } = granted();
    for (const name of ["a", "b"]) writeFileSync(join(folder, name), "");
    const entries = port.list(port.root);
    assert.ok(!(entries instanceof Errno));
    const [one, other] = entries.toSorted((x, y) => (x.name < y.name ? -1 : 1));
    const stat = port.stat(port.root, "a");
    assert.ok(!(stat instanceof Errno));
    assert.equal(one?.inode, stat.inode);
    rmSync(join(folder, "b"));
    assert.equal(other?.inode, 0n);
    port.closeAll();
  });

  test("gives no inode numbers of another directory once its own is closed", () => {
    const { folder, port } = granted();
    for (const name of ["one", "two"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "file"), "");
    }
    const handle = opened(port.openDirectory(port.root, "one"));
    const entries = port.list(handle);
    port.close(handle);
    port.closeAll();
    const again = openNodeDirectory(join(folder, "two"), { readOnly: true });
    assert.ok(!(entries instanceof Errno));
    assert.equal(entries[0]?.inode, 0n);
    again.closeAll();
  });

  test("remembers nanoseconds that Node cannot set, until somebody sets another time", () => {
    const { folder, port } = granted();
    const path = join(folder, "file");
    writeFileSync(path, "");
    const [accessedNs, modifiedNs] = [1_700_000_000_123_456_789n, 1_700_000_000_987_654_321n];
    assert.equal(port.setTimesAt(port.root, "file", { accessedNs, modifiedNs }), undefined);
    const modified = (): bigint => {
      const stat = port.stat(port.root, "file");
      assert.ok(!(stat instanceof Errno));
      return stat.modifiedNs;
    };
    assert.equal(modified(), modifiedNs);
    assert.equal(
      port.setTimesAt(port.root, "file", { accessedNs: 5n, modifiedNs: undefined }),
      undefined,
    );
    assert.equal(modified(), modifiedNs);
    utimesSync(path, 10, 20);
    assert.equal(modified(), 20_000_000_000n);
    port.closeAll();
  });

  test("answers EMFILE when more would be open than granted, and goes on after a close", () => {
    const { folder, port } = granted({ handlesMax: 3 });
    mkdirSync(join(folder, "dir"));
    const first = opened(port.openFile(port.root, "a", editing));
    opened(port.openDirectory(port.root, "dir"));
    assert.equal(port.openFile(port.root, "b", editing), errno.EMFILE);
    assert.equal(port.openDirectory(port.root, "dir"), errno.EMFILE);
    assert.equal(port.stat(port.root, "b"), errno.ENOENT);
    port.close(first);
    opened(port.openFile(port.root, "b", editing));
    port.closeAll();
  });

  test("closes every descriptor it has opened", { skip: !isLinux }, () => {
    const before = openDescriptors();
    const { folder, port } = granted();
    for (let index = 0; index < 40; index++) {
      mkdirSync(join(folder, `d${index}/in`), { recursive: true });
      writeFileSync(join(folder, `d${index}/in/file`), "");
      const root = outsideDirectory(port);
      statPath(root, `d${index}/in/file`, { followLast: true });
      statPath(root, `d${index}/in/../in/file/x`, { followLast: true });
      port.openFile(port.root, `d${index}`, reading);
      opened(port.openDirectory(port.root, `d${index}/in`));
      opened(port.openFile(opened(port.openDirectory(port.root, `d${index}/in`)), "file", reading));
    }
    port.closeAll();
    assert.equal(openDescriptors(), before);
    assert.equal(port.stat(port.root, "d0"), errno.EBADF);
  });

  test("reads and writes at any position a number can say", () => {
    const { port } = granted();
    const handle = opened(port.openFile(port.root, "file", editing));
    assert.equal(port.write(handle, new Uint8Array([1, 2]), 0), 2);
    assert.equal(port.read(handle, new Uint8Array(4), Number.MAX_SAFE_INTEGER), 0);
    assert.equal(port.write(handle, new Uint8Array(1), Number.MAX_SAFE_INTEGER), errno.EFBIG);
    assert.equal(port.read(handle, new Uint8Array(4), 0), 2);
    port.closeAll();
  });

  const skip = !isWritable(memoryFolder) && `needs ${memoryFolder}`;
  test("lets no file grow beyond what a number can say, where others could", { skip }, () => {
    const folder = mkdtempSync(join(memoryFolder, "noos-directory-"));
    const port = openNodeDirectory(folder, { readOnly: false });
    try {
      const handle = opened(port.openFile(port.root, "file", editing));
      const far = port.write(handle, new Uint8Array(4), Number.MAX_SAFE_INTEGER - 3);
      assert.ok(far === 3 || far === errno.EFBIG);
      assert.equal(port.write(handle, new Uint8Array(1), Number.MAX_SAFE_INTEGER), errno.EFBIG);
      assert.equal(port.write(handle, new Uint8Array(0), Number.MAX_SAFE_INTEGER), 0);
    } finally {
      port.closeAll();
      rmSync(folder, { recursive: true });
    }
  });

  test("reads into a wasm memory, shared or not", () => {
    const { folder, port } = granted();
    writeFileSync(join(folder, "file"), "text");
    const handle = opened(port.openFile(port.root, "file", reading));
    for (const shared of [false, true]) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
      assert.equal(port.read(handle, new Uint8Array(memory.buffer, 8, 4), 0), 4);
      assert.equal(new Uint8Array(memory.buffer)[9], "e".charCodeAt(0));
    }
    port.closeAll();
  });

  test("makes files and directories that the user's mask allows", () => {
    const { folder, port } = granted();
    port.close(opened(port.openFile(port.root, "file", editing)));
    assert.equal(port.makeDirectory(port.root, "dir"), undefined);
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "");
    assert.deepEqual(readdirSync(folder).toSorted(), ["dir", "file"]);
    port.closeAll();
  });

  test("changes nothing when it is read-only, whoever asks", () => {
    const { folder, port } = granted({ readOnly: true });
    writeFileSync(join(folder, "file"), "text");
    const place = { parent: port.root, name: "file" };
    const other = { parent: port.root, name: "other" };
    const times = { accessedNs: 1n, modifiedNs: 1n };
    const handle = opened(port.openFile(port.root, "file", reading));
    const answers = [
      port.makeDirectory(port.root, "other"),
      port.makeSymlink(port.root, "other", "x"),
      port.link(place, other),
      port.rename(place, other),
      port.unlink(port.root, "file"),
      port.removeDirectory(port.root, "file"),
      port.setTimes(handle, times),
      port.setTimesAt(port.root, "file", times),
      port.openFile(port.root, "file", { ...reading, write: true }),
      port.openFile(port.root, "file", { ...reading, truncate: true }),
      port.openFile(port.root, "other", { ...reading, create: true }),
    ];
    assert.deepEqual([...new Set(answers)], [errno.EROFS]);
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "text");
    port.closeAll();
  });

  test("leaves the length of stack traces as it was, also after a failure", () => {
    const { port } = granted();
    const before = Error.stackTraceLimit;
    port.openFile(port.root, "missing", reading);
    port.openFile(port.root, "made", editing);
    assert.equal(Error.stackTraceLimit, before);
    port.closeAll();
  });

  test("says why a directory cannot be granted, and what to do", () => {
    writeFileSync(join(scratch, "no-directory"), "");
    for (const [path, code] of [
      [join(scratch, "missing"), "FILE_NOT_FOUND"],
      [join(scratch, "no-directory"), "GRANT_INVALID"],
    ] as const) {
      assert.throws(
        () => openNodeDirectory(path, { readOnly: true }),
        (error) =>
          error instanceof PlatformError && error.code === code && error.message.includes(path),
      );
    }
  });
});

suite("a directory addressed by its path, where the system knows no better", () => {
  const byPath = { addressing: "path" } as const;

  test("is not looked into any more when another has come in its place", () => {
    const { folder, port } = granted(byPath);
    mkdirSync(join(folder, "in/dir"), { recursive: true });
    writeFileSync(join(folder, "in/dir/file"), "text");
    const handle = opened(port.openDirectory(port.root, "in/dir"));
    assert.equal(textOf(port, opened(port.openFile(handle, "file", reading))), "text");
    renameSync(join(folder, "in"), join(folder, "aside"));
    symlinkSync("/etc", join(folder, "in"));
    assert.equal(port.openFile(handle, "file", reading), errno.ENOENT);
    rmSync(join(folder, "in"));
    mkdirSync(join(folder, "in/dir"), { recursive: true });
    assert.equal(port.openFile(handle, "file", editing), errno.ENOENT);
    assert.equal(port.list(handle), errno.ENOENT);
    port.closeAll();
  });

  test("follows no link either", () => {
    const { folder, port } = granted(byPath);
    symlinkSync("/etc", join(folder, "dir"));
    symlinkSync("/etc/passwd", join(folder, "file"));
    assert.equal(port.openDirectory(port.root, "dir"), errno.ELOOP);
    assert.equal(port.openDirectory(port.root, "dir/ssl"), errno.ELOOP);
    assert.equal(port.openFile(port.root, "file", reading), errno.ELOOP);
    port.closeAll();
  });
});

suite("directories that are kept open", () => {
  /** A grant with `in/dir/file`, on a clock that the test turns. */
  function onClock(): { folder: string; port: OutsideDirectory; wait: (ms: number) => void } {
    let nowMs = 0;
    const { folder, port } = granted({ nowMs: () => nowMs });
    mkdirSync(join(folder, "in/dir"), { recursive: true });
    writeFileSync(join(folder, "in/dir/file"), "old");
    return { folder, port, wait: (ms) => void (nowMs += ms) };
  }

  const sizeAt = (port: OutsideDirectory): number | string => {
    const stat = statPath(outsideDirectory(port), "in/dir/file", { followLast: true });
    return stat instanceof Errno ? stat.name : stat.sizeBytes;
  };

  test("are not what somebody else has put in their place, a moment later", () => {
    const { folder, port, wait } = onClock();
    assert.equal(sizeAt(port), 3);
    renameSync(join(folder, "in/dir"), join(folder, "in/aside"));
    wait(2);
    assert.equal(sizeAt(port), "ENOENT");
    mkdirSync(join(folder, "in/dir"));
    writeFileSync(join(folder, "in/dir/file"), "newer");
    assert.equal(sizeAt(port), 5);
    port.closeAll();
  });

  test("are not followed where a link has come in their place", () => {
    const { folder, port, wait } = onClock();
    assert.equal(sizeAt(port), 3);
    renameSync(join(folder, "in"), join(folder, "aside"));
    symlinkSync("/etc", join(folder, "in"));
    wait(2);
    assert.equal(sizeAt(port), "EPERM");
    rmSync(join(folder, "in"));
    symlinkSync("aside", join(folder, "in"));
    assert.equal(sizeAt(port), 3);
    port.closeAll();
  });

  test("are not what this process has moved, at once and through any grant", () => {
    const { folder, port } = onClock();
    const other = openNodeDirectory(folder, { readOnly: false });
    const at = (name: string): { parent: HostHandle; name: string } => ({
      parent: other.root,
      name,
    });
    assert.equal(sizeAt(port), 3);
    assert.equal(other.rename(at("in"), at("aside")), undefined);
    assert.equal(sizeAt(port), "ENOENT");
    assert.equal(other.rename(at("aside"), at("in")), undefined);
    assert.equal(sizeAt(port), 3);
    port.closeAll();
    other.closeAll();
  });

  test("are only so many", { skip: !isLinux }, () => {
    const { folder, port } = granted();
    const before = openDescriptors();
    for (let index = 0; index < 200; index++) {
      mkdirSync(join(folder, `d${index}`));
      port.close(opened(port.openDirectory(port.root, `d${index}`)));
    }
    assert.ok(openDescriptors() - before <= 64);
    port.closeAll();
  });

  test("stay open for those who have them when they are kept no longer", () => {
    const { folder, port } = granted();
    mkdirSync(join(folder, "dir"));
    writeFileSync(join(folder, "dir/file"), "text");
    const handle = opened(port.openDirectory(port.root, "dir"));
    for (let index = 0; index < 80; index++) {
      mkdirSync(join(folder, `d${index}`));
      port.close(opened(port.openDirectory(port.root, `d${index}`)));
    }
    assert.equal(textOf(port, opened(port.openFile(handle, "file", reading))), "text");
    port.closeAll();
  });

  test("are found by their whole path, whatever the path looks like", () => {
    const { folder, port } = granted();
    for (const path of ["a/b", "a b/(deleted)", "x (deleted)"]) {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, "file"), path);
    }
    const root = outsideDirectory(port);
    for (let round = 0; round < 2; round++) {
      for (const path of ["a/b", "a b/(deleted)", "x (deleted)"]) {
        const file = openPath(root, `${path}/file`, {
          ...reading,
          followLast: true,
          directory: false,
        });
        assert.ok(!(file instanceof Errno) && file.kind !== "directory");
        const bytes = new Uint8Array(20);
        const count = file.read(bytes, 0);
        assert.equal(new TextDecoder().decode(bytes.subarray(0, Number(count))), path);
        file.close();
      }
    }
    port.closeAll();
  });
});
