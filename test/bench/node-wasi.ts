/** The same programs under noos and under Node's own WASI, both in this process. */
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { WASI } from "node:wasi";
import { guestFile } from "#guests";
import { fileDescriptorSink } from "#adapters/node";
import { openNodeDirectory } from "#adapters/node/directory";
import type { DirectoryGrant } from "#core/system";
import { type Figure, ratioFigure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { mustEnd, newSystem, read } from "./kernel.ts";
import { scratchFolder } from "./reference.ts";
import { compare, cpuNs } from "#test/bench/statistics";
import { summarize } from "#test/bench/statistics";

/** A program, and how often it does what is measured. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** How often the program is run for one value. */
  readonly runs: number;
  /** How often it then does what is measured. */
  readonly repeats: number;
  /** Whether it gets a directory; node:wasi keeps that open until its garbage is collected. */
  readonly hasFolder: boolean;
}

const tree = { folders: 40, filesEach: 25 } as const;
const walkFile = join(import.meta.dirname, "guests", "built", "walk.wasm");

function calls(name: string, kind: string, repeats: number, path = "."): Case {
  const args = [kind, String(repeats), path];
  return { name, file: guestFile("basics/calls"), args, runs: 1, repeats, hasFolder: true };
}

const cases: readonly Case[] = [
  {
    name: "start",
    file: guestFile("basics/hello"),
    args: [],
    runs: 1000,
    repeats: 1,
    hasFolder: false,
  },
  calls("clock_time_get", "clock", 1_000_000),
  calls("fd_write, 64 bytes to /dev/null", "write", 200_000),
  calls("fd_pread, 4 KiB of a file", "read", 50_000, "file"),
  {
    name: "walk of 1,000 files",
    file: walkFile,
    args: ["4", "tree"],
    runs: 1,
    repeats: 4,
    hasFolder: true,
  },
];

/** What all cases find in their directory: a file, and a tree of a thousand. */
function makeFolder(): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, "file"), Buffer.alloc(65_536, "x"));
  for (let at = 0; at < tree.folders; at++) {
    const inner = join(folder, "tree", `folder-${at}`);
    mkdirSync(inner, { recursive: true });
    for (let index = 0; index < tree.filesEach; index++) {
      writeFileSync(join(inner, `file-${index}.txt`), "x".repeat(index));
    }
  }
  return folder;
}

const folder = makeFolder();
const nowhere = openSync("/dev/null", "w");
const system = newSystem();

function grantFolder(): DirectoryGrant {
  return { guest: "/", port: openNodeDirectory(folder, { readOnly: false }) };
}

function underNoos({ file, args, runs, hasFolder }: Case): () => Promise<void> {
  const program = system.load(read(file), { name: basename(file) });
  return async () => {
    for (let run = 0; run < runs; run++) {
      const running = system.start(program, {
        args,
        stdout: fileDescriptorSink(nowhere),
        stderr: fileDescriptorSink(nowhere),
        directories: hasFolder ? [grantFolder()] : [],
      });
      await mustEnd(running);
    }
  };
}

function underNodeWasi({ file, args, runs, hasFolder }: Case): () => void {
  const module = new WebAssembly.Module(read(file));
  return () => {
    for (let run = 0; run < runs; run++) {
      const wasi = new WASI({
        version: "preview1",
        args: [basename(file), ...args],
        preopens: hasFolder ? { "/": folder } : {},
        stdout: nowhere,
        stderr: nowhere,
        returnOnExit: true,
      });
      const imports = wasi.getImportObject() as WebAssembly.Imports;
      const code = wasi.start(new WebAssembly.Instance(module, imports));
      if (Number(code) !== 0) throw new Error(`node:wasi: ${file} ended with code ${code}`);
    }
  };
}

const rows: Figure[] = [];
for (const row of cases) {
  const [ours, reference] = [underNoos(row), underNodeWasi(row)];
  const each = row.runs * row.repeats;
  const comparison = await compare({
    ours: async () => (await cpuNs(ours)) / each,
    reference: async () => (await cpuNs(reference)) / each,
  });
  rows.push(ratioFigure(row.name, comparison, { asked: 1, of: "node:wasi" }));
}
const faster = rows.filter(({ median }) => median < 1).length;
const middle: Figure = {
  name: "the middle one of these",
  unit: "×",
  asked: 1,
  note: `${faster} of ${rows.length} are faster`,
  ...summarize(rows.map(({ median }) => median)),
};
sendAnswer([...rows, middle]);
