import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Errno } from "#core/sys";
import { type Directory, openPath, type PathOpening, statPath } from "#core/vfs";
import { outsideDirectory } from "#core/vfs/outside";
import { openNodeDirectory } from "./open.ts";

const scratch = mkdtempSync(join(tmpdir(), "noos-race-"));
after(() => rmSync(scratch, { recursive: true }));

const ours = "ours";
const secret = "secret";
/** So long a race goes on at most, or, while it has shown nothing yet, as long as it must. */
const raceMs = 2_000;
const giveUpMs = 60_000;

/** Puts a directory and a link to the outside in each other's place until it is stopped. */
const flipping = `
  const { renameSync } = require("node:fs");
  const { workerData } = require("node:worker_threads");
  const { names, stop } = workerData;
  const flag = new Int32Array(stop);
  while (Atomics.load(flag, 0) === 0) {
    renameSync(names.place, names.directory);
    renameSync(names.link, names.place);
    renameSync(names.place, names.link);
    renameSync(names.directory, names.place);
  }
`;

/** A granted folder with `in/dir/file`, where \`in/dir\` is at times a link to the outside. */
function newFolder(depth: "top" | "deep"): {
  root: string;
  path: string;
  start: () => () => Promise<void>;
} {
  const base = mkdtempSync(join(scratch, "case-"));
  const root = join(base, "root");
  const outside = join(base, "outside");
  const parent = depth === "top" ? root : join(root, "in");
  mkdirSync(join(parent, "dir"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(parent, "dir", "file"), ours);
  writeFileSync(join(outside, "file"), secret);
  symlinkSync(outside, join(parent, "link"));
  const names = {
    place: join(parent, "dir"),
    directory: join(parent, "dir-aside"),
    link: join(parent, "link"),
  };
  const start = (): (() => Promise<void>) => {
    const stop = new SharedArrayBuffer(4);
    const worker = new Worker(flipping, { eval: true, workerData: { names, stop } });
    return () =>
      new Promise((resolve, reject) => {
        worker.once("exit", () => resolve());
        worker.once("error", reject);
        Atomics.store(new Int32Array(stop), 0, 1);
      });
  };
  return { root, path: depth === "top" ? "dir/file" : "in/dir/file", start };
}

const reading: PathOpening = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
  followLast: true,
  directory: false,
};

function textAt(root: Directory, path: string): string {
  const file = openPath(root, path, reading);
  if (file instanceof Errno) return file.name;
  if (file.kind === "directory") return "a directory";
  const bytes = new Uint8Array(16);
  const count = file.read(bytes, 0);
  file.close();
  return new TextDecoder().decode(bytes.subarray(0, Number(count)));
}

function naiveText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "nothing";
  }
}

/** What the rounds so far have shown: all that is wanted, that the race is on, or not even that. */
type Shown = "enough" | "something" | "nothing";

/** Runs rounds while the flipping goes on, until they have shown enough or the time is over. */
async function race(start: () => () => Promise<void>, round: () => Shown): Promise<void> {
  const stop = start();
  const startMs = performance.now();
  const limitsMs = { enough: 0, something: raceMs, nothing: giveUpMs };
  try {
    while (performance.now() - startMs < limitsMs[round()]);
  } finally {
    await stop();
  }
}

suite("somebody puts a link in a directory's place while a path is walked", () => {
  for (const depth of ["top", "deep"] as const) {
    test(`and no file of the outside is ever read (${depth})`, async () => {
      const { root, path, start } = newFolder(depth);
      const port = openNodeDirectory(root, { readOnly: false });
      const directory = outsideDirectory(port);
      const texts = new Set<string>();
      const inodes = new Set<bigint>();
      let naiveSecrets = 0;
      await race(start, () => {
        for (let attempt = 0; attempt < 20; attempt++) texts.add(textAt(directory, path));
        const stat = statPath(directory, path, { followLast: true });
        if (!(stat instanceof Errno)) inodes.add(stat.inode);
        if (naiveText(join(root, path)) === secret) naiveSecrets += 1;
        // Until the same race was lost often by one who opens paths as they are.
        if (naiveSecrets === 0 || !texts.has(ours)) return "nothing";
        return naiveSecrets >= 200 ? "enough" : "something";
      });
      port.closeAll();
      assert.ok(naiveSecrets > 0, "the race was never on");
      assert.ok(texts.has(ours), "the file was never read");
      assert.deepEqual([...texts.difference(new Set([ours, "ENOENT", "EPERM"]))], []);
      assert.ok(inodes.size <= 1);
    });
  }

  test("and no file is ever made outside", async () => {
    const { root, start } = newFolder("top");
    const port = openNodeDirectory(root, { readOnly: false });
    const directory = outsideDirectory(port);
    const making = { ...reading, write: true, create: true, exclusive: true };
    let made = 0;
    let tries = 0;
    await race(start, () => {
      tries += 1;
      const file = openPath(directory, `dir/new-${tries}`, making);
      if (!(file instanceof Errno) && file.kind !== "directory") {
        file.close();
        made += 1;
      }
      if (made === 0) return "nothing";
      return made >= 1_000 && tries - made >= 100 ? "enough" : "something";
    });
    port.closeAll();
    assert.ok(made > 0, "the directory was never there");
    assert.deepEqual(readdirSync(join(root, "..", "outside")), ["file"]);
  });
});
