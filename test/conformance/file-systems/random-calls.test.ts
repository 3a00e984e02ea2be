import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Errno } from "#core/sys";
import { type Directory, type OpenFile, openPath, statPath } from "#core/vfs";
import { type Ground, type Subject, subjects } from "./subjects.ts";
import { bytesOf, must, Visitor, word } from "./visitor.ts";

/** One call with more than it needs. */
interface Step {
  readonly call: keyof typeof calls;
  readonly path: string;
  readonly other: string;
  readonly slot: number;
  readonly size: number;
  readonly opening: {
    readonly read: boolean;
    readonly write: boolean;
    readonly create: boolean;
    readonly exclusive: boolean;
    readonly truncate: boolean;
    readonly followLast: boolean;
    readonly directory: boolean;
  };
}

/** A file system in use: what was opened stays open in slots, to be used by later steps. */
interface Use {
  readonly root: Directory;
  readonly files: Map<number, OpenFile>;
  readonly bases: Map<number, Directory>;
}

const visitorAt = ({ root, bases }: Use, slot: number): Visitor =>
  new Visitor(bases.get(slot) ?? root);

const calls = {
  open: (use, step) => {
    const opened = openPath(visitorAt(use, step.slot).base, step.path, step.opening);
    if (opened instanceof Errno) return opened.name;
    close(use, step.slot);
    if (opened.kind === "directory") use.bases.set(step.slot, opened);
    else use.files.set(step.slot, opened);
    return opened.kind;
  },
  read: ({ files }, { slot, size }) => {
    const bytes = new Uint8Array(5);
    const count = files.get(slot)?.read(bytes, size);
    return `${word(count)} ${bytes.join()}`;
  },
  write: ({ files }, { slot, size, path }) => word(files.get(slot)?.write(bytesOf(path), size)),
  truncate: ({ files }, { slot, size }) => word(files.get(slot)?.truncate(size)),
  links: ({ files }, { slot }) => {
    const stat = files.get(slot)?.stat();
    return stat === undefined || stat instanceof Errno ? "none" : `${stat.links} ${stat.sizeBytes}`;
  },
  names: ({ bases, root }, { slot }) => {
    const entries = must((bases.get(slot) ?? root).list());
    return entries
      .map(({ name, kind }) => `${name} ${kind}`)
      .toSorted()
      .join();
  },
  stat: (use, { path, slot, opening }) => {
    const stat = statPath(visitorAt(use, slot).base, path, opening);
    if (stat instanceof Errno) return stat.name;
    // Each system counts the links and bytes of directories in its own way.
    return stat.kind === "directory" ? stat.kind : `${stat.kind} ${stat.links} ${stat.sizeBytes}`;
  },
  readLink: (use, { path, slot }) => visitorAt(use, slot).readLink(path),
  makeDirectory: (use, { path, slot }) => visitorAt(use, slot).makeDirectory(path),
  makeSymlink: (use, { path, other, slot }) => visitorAt(use, slot).makeSymlink(path, other),
  link: (use, { path, other, slot, opening }) =>
    visitorAt(use, slot).link(path, other, opening.followLast),
  rename: (use, { path, other, slot }) => visitorAt(use, slot).rename(path, other),
  unlink: (use, { path, slot }) => visitorAt(use, slot).unlink(path),
  removeDirectory: (use, { path, slot }) => visitorAt(use, slot).removeDirectory(path),
} satisfies Record<string, (use: Use, step: Step) => string>;

function close({ files, bases }: Use, slot: number): void {
  files.get(slot)?.close();
  bases.get(slot)?.release();
  files.delete(slot);
  bases.delete(slot);
}

const name = fc.constantFrom(
  "a",
  "b",
  "dir",
  "sub",
  "file",
  "deep",
  "link",
  "link-dir",
  "empty",
  "..",
  ".",
);
const path = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([names, slash]) => names.join("/") + (slash && names.length > 1 ? "/" : ""));

const opening: fc.Arbitrary<Step["opening"]> = fc
  .record({
    read: fc.boolean(),
    write: fc.boolean(),
    create: fc.boolean(),
    exclusive: fc.boolean(),
    truncate: fc.constantFrom(false, false, true),
    followLast: fc.boolean(),
    directory: fc.constantFrom(false, false, true),
  })
  // Who asks for nothing, or to empty a file only, gets what the host makes of it.
  .filter(({ read, write, truncate }) => (read || write) && (write || !truncate));

const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
  path,
  other: path,
  slot: fc.nat(3),
  size: fc.nat(12),
  opening,
});

/** Everything there is, as text. */
function describe(directory: Directory, at: string): readonly string[] {
  const visitor = new Visitor(directory);
  return must(directory.list())
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(({ name: entry, kind }) => {
      const here = `${at}/${entry}`;
      if (kind === "symlink") return [`${here} → ${visitor.readLink(entry)}`];
      if (kind !== "directory") return [`${here}: ${visitor.text(entry)}`];
      const inner = must(directory.enter(entry));
      const lines = [`${here}/`, ...describe(inner, here)];
      inner.release();
      return lines;
    });
}

function subjectNamed(wanted: string): Subject {
  const subject = subjects.find((one) => one.name === wanted);
  assert.ok(subject !== undefined);
  return subject;
}

function begin(ground: Ground): Use {
  return { root: ground.root, files: new Map(), bases: new Map() };
}

function end(use: Use, ground: Ground): void {
  for (let slot = 0; slot < 4; slot++) close(use, slot);
  ground.release();
}

/** Runs the steps on both and compares every answer, and in the end all there is. */
function compare(ground: Ground, disk: Ground, steps: readonly Step[]): void {
  const [use, real] = [begin(ground), begin(disk)];
  try {
    for (const one of steps) {
      const answer = calls[one.call](use, one);
      // The one difference there is: overlays do not move directories of a lower layer.
      if (answer === "EXDEV") continue;
      assert.equal(answer, calls[one.call](real, one), JSON.stringify(one));
    }
    assert.deepEqual(describe(use.root, ""), describe(real.root, ""));
  } finally {
    end(use, ground);
    end(real, disk);
  }
}

/** Other systems have errors of their own for some of these. */
const skip = process.platform !== "linux" && "Linux is what the answers are compared with";

suite("any sequence of calls is answered as on a Linux disk", { skip }, () => {
  const disk = subjectNamed("outside directory");
  const others = subjects.filter((one) => !one.isReadOnly && !one.name.startsWith("outside"));
  for (const subject of others) {
    test(`by ${subject.name}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 30, size: "max" }), (steps) => {
          compare(subject.make(), disk.make(), steps);
        }),
        { numRuns: 60 },
      );
    });
  }
});
