import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { openNodeDirectory } from "#adapters/node/directory";
import { simulatedHost } from "#adapters/sim";
import type { HostEntry, HostHandle, HostStat, OpenFlags, OutsideDirectory } from "#core/host";
import { Errno } from "#core/sys";

const scratch = mkdtempSync(join(tmpdir(), "noos-directories-"));
after(() => rmSync(scratch, { recursive: true }));

/** One call with more than it needs; places are named by a handle's number and a name. */
interface Step {
  readonly call: keyof typeof calls;
  readonly at: number;
  readonly name: string;
  readonly toAt: number;
  readonly toName: string;
  readonly flags: OpenFlags;
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** A directory that is driven through its calls, and the handles it has given so far. */
interface Driven {
  readonly directory: OutsideDirectory;
  readonly handles: HostHandle[];
}

type Call = (driven: Driven, step: Step) => unknown;

const at = ({ directory, handles }: Driven, index: number): HostHandle =>
  handles[index % handles.length] ?? directory.root;

function keep({ handles }: Driven, opened: HostHandle | Errno): unknown {
  return opened instanceof Errno ? opened : handles.push(opened);
}

const calls = {
  openDirectory: (driven, step) =>
    keep(driven, driven.directory.openDirectory(at(driven, step.at), step.name)),
  openFile: (driven, step) =>
    keep(driven, driven.directory.openFile(at(driven, step.at), step.name, step.flags)),
  stat: (driven, step) => driven.directory.stat(at(driven, step.at), step.name),
  statHandle: (driven, step) => driven.directory.statHandle(at(driven, step.at)),
  list: (driven, step) => namesIn(driven.directory.list(at(driven, step.at))),
  readLink: (driven, step) => driven.directory.readLink(at(driven, step.at), step.name),
  read: (driven, step) => {
    const target = new Uint8Array(step.bytes.length);
    const count = driven.directory.read(at(driven, step.at), target, step.size);
    return count instanceof Errno ? count : [count, ...target];
  },
  write: (driven, step) => driven.directory.write(at(driven, step.at), step.bytes, step.size),
  truncate: (driven, step) => driven.directory.truncate(at(driven, step.at), step.size),
  sync: (driven, step) => driven.directory.sync(at(driven, step.at)),
  makeDirectory: (driven, step) => driven.directory.makeDirectory(at(driven, step.at), step.name),
  makeSymlink: (driven, step) =>
    driven.directory.makeSymlink(at(driven, step.at), step.name, step.toName),
  link: (driven, step) =>
    driven.directory.link(
      { parent: at(driven, step.at), name: step.name },
      { parent: at(driven, step.toAt), name: step.toName },
    ),
  rename: (driven, step) =>
    driven.directory.rename(
      { parent: at(driven, step.at), name: step.name },
      { parent: at(driven, step.toAt), name: step.toName },
    ),
  unlink: (driven, step) => driven.directory.unlink(at(driven, step.at), step.name),
  removeDirectory: (driven, step) =>
    driven.directory.removeDirectory(at(driven, step.at), step.name),
} satisfies Record<string, Call>;

const flags: fc.Arbitrary<OpenFlags> = fc
  .record({
    read: fc.boolean(),
    write: fc.boolean(),
    create: fc.boolean(),
    exclusive: fc.boolean(),
    truncate: fc.boolean(),
  })
  // Neither reading nor writing, or emptying without writing, is nothing a kernel asks for.
  .filter(({ read, write, truncate }) => (read || write) && (write || !truncate));

const name = fc.constantFrom("a", "b", "c");
const handle = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
  at: handle,
  name,
  toAt: handle,
  toName: name,
  flags,
  bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
  size: fc.nat(12),
});

/** An answer as far as two systems must agree on it. */
function plain(answer: unknown): unknown {
  if (answer instanceof Errno) return answer.name;
  if (Array.isArray(answer)) return answer.map(plain);
  if (typeof answer !== "object" || answer === null) return answer;
  const { kind, links, sizeBytes } = answer as Partial<HostStat>;
  // Linux counts the links and bytes of directories in ways of its own.
  return kind === "directory" ? kind : `${kind} ${links} ${sizeBytes}`;
}

/** The entries of a directory, which are in no order. */
function namesIn(entries: readonly HostEntry[] | Errno): unknown {
  if (entries instanceof Errno) return entries;
  return entries.map((entry) => `${entry.name} ${entry.kind}`).toSorted();
}

function answers(directory: OutsideDirectory, steps: readonly Step[]): readonly string[] {
  const driven: Driven = { directory, handles: [directory.root] };
  const seen = steps.map((one) => {
    const answer = calls[one.call](driven, one);
    return `${one.call}: ${JSON.stringify(plain(answer)) ?? "done"}`;
  });
  directory.closeAll();
  return seen;
}

let folders = 0;
function newFolder(): string {
  folders += 1;
  const folder = join(scratch, String(folders));
  mkdirSync(folder);
  return folder;
}

/** Other systems have errors of their own for some of these. */
const skip = process.platform !== "linux" && "the simulation answers as Linux does";

suite("outside directories", { skip }, () => {
  test("answer any sequence of calls alike on the disk and in the simulation", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const onDisk = openNodeDirectory(newFolder(), { readOnly: false });
        const simulated = simulatedHost({ seed: 1 }).directory();
        assert.deepEqual(answers(simulated, steps), answers(onDisk, steps));
      }),
      { numRuns: 150 },
    );
  });

  test("answer EROFS to every change when they are read-only, and read all the same", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10, size: "max" }), (steps) => {
        const onDisk = openNodeDirectory(newFolder(), { readOnly: true });
        const simulated = simulatedHost({ seed: 1 }).directory({}, { readOnly: true });
        assert.deepEqual(answers(simulated, steps), answers(onDisk, steps));
      }),
      { numRuns: 100 },
    );
  });
});
