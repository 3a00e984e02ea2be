import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import * as fc from "fast-check";
import { guestFile } from "#guests";
import { simulatedHost } from "#adapters/sim";
import { parseArguments } from "#app/cli/command";
import { assemble, exportOf, functionType, importOf, Type } from "#core/machine/assembler";
import { gradeProgram, wasiP1Contracts } from "#core/grade";
import { wasiP1Calls, wasiP1Modules } from "#core/personality/wasi-p1";
import { defaultLimits, type ErrorCode, PlatformError } from "#core/sys";
import { System } from "#core/system";
import { scriptedTerminal } from "#test/terminal";
import { command } from "./check.ts";

const folder = mkdtempSync(join(tmpdir(), "noos-check-"));
after(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const memory = { memories: [[0, 2]], functions: [{ code: [] }] };
const entry = (index: number): number[][] => [
  [...exportOf("_start", "function", index)],
  [...exportOf("memory", "memory", 0)],
];
const sound = fileOf("sound.wasm", assemble({ ...memory, exports: entry(0) }));
const renames = fileOf(
  "renames.wasm",
  assemble({
    ...memory,
    types: [functionType([], []), functionType(Array<number>(6).fill(Type.i32), [Type.i32])],
    imports: [importOf("wasi_snapshot_preview1", "path_rename", "function", [1])],
    exports: entry(1),
  }),
);
const magic = fileOf(
  "magic.wasm",
  assemble({
    ...memory,
    imports: [importOf("elsewhere", "do_magic", "function", [0])],
    exports: entry(1),
  }),
);

async function check(
  ...words: readonly string[]
): Promise<{ readonly status: number; readonly out: string }> {
  const terminal = scriptedTerminal();
  const status = await command.run(parseArguments(command, words), terminal, () =>
    Promise.resolve([]),
  );
  assert.equal(terminal.written.err, "", "a report is no error");
  return { status, out: terminal.written.out };
}

suite("noos check", () => {
  test("answers 0 for a program that runs, and says so", async () => {
    const { status, out } = await check(sound);
    assert.equal(status, 0);
    assert.equal(out.split("\n")[0], `${sound}: runs`);
  });

  test("answers 0 for a program with differences, graded by the real call table", async () => {
    const { status, out } = await check(renames);
    assert.equal(status, 0);
    assert.match(out, /runs, with 1 difference\n/);
    assert.match(out, / {2}wasi_snapshot_preview1\.path_rename\n {4}\S.*\n {4}fix: /);
  });

  test("answers 0 for a parent, and says what noos run does not grant", async () => {
    const { status, out } = await check(guestFile("basics/boss"));
    assert.equal(status, 0);
    assert.match(out, /runs, with \d differences\n/);
    assert.match(out, / {2}noos:process\.spawn\n {4}ENOTSUP .*`noos run`.*\n {4}fix: /);
  });

  test("answers 0 for a program that serves requests, and says what noos run lacks", async () => {
    const { status, out } = await check(guestFile("http/hello"));
    assert.equal(status, 0);
    assert.match(out, /runs, with 1 difference\n/);
    assert.match(out, / {2}noos_handle\n {4}it is called for requests; .*\n {4}fix: /);
  });

  test("answers 1 for a program that does not run", async () => {
    const { status, out } = await check(magic);
    assert.equal(status, 1);
    assert.match(out, /does not run: 1 import is missing\n/);
  });

  test("lists what is supported with --all", async () => {
    assert.doesNotMatch((await check(sound)).out, /_start/);
    assert.match((await check("--all", sound)).out, /_start/);
  });

  test("grades against the limits that are given", async () => {
    assert.equal((await check("--memory", "128KiB", sound)).status, 0);
    const { status, out } = await check("--memory", "64KiB", sound);
    assert.equal(status, 1);
    assert.match(out, /it takes 128 KiB, the limit is 64 KiB/);
  });

  const image = join(folder, "image");
  mkdirSync(join(image, "layers"), { recursive: true });
  copyFileSync(magic, join(image, "magic.wasm"));
  const packed = join(folder, "image.tar");
  execFileSync("tar", ["-C", image, "-cf", packed, "."]);

  for (const [how, path] of [
    ["a directory", image],
    ["a tar", packed],
  ] as const) {
    test(`grades the program of an image in ${how}, and says which it is`, async () => {
      const { status, out } = await check(path);
      assert.equal(status, 1);
      assert.equal(out.split("\n")[0], `${path} (magic.wasm): does not run: 1 import is missing`);
      const report = JSON.parse((await check("--json", path)).out) as Record<string, unknown>;
      const { file, program, sizeBytes } = report;
      assert.deepEqual(
        { file, program, sizeBytes },
        { file: path, program: "magic.wasm", sizeBytes: readFileSync(magic).length },
      );
    });
  }

  test("refuses an image that noos run refuses", async () => {
    const damaged = join(folder, "damaged");
    mkdirSync(join(damaged, "layers"), { recursive: true });
    copyFileSync(sound, join(damaged, "program.wasm"));
    assert.equal((await check(damaged)).status, 0);
    writeFileSync(join(damaged, "layers", "1.tar"), "no tar at all".repeat(100));
    await assert.rejects(check(damaged), { code: "IMAGE_MALFORMED" });
    await assert.rejects(check(folder), { code: "IMAGE_MALFORMED", message: /holds \d programs/ });
  });

  test("writes the same report for programs with --json, every row in it", async () => {
    const { status, out } = await check("--json", magic);
    assert.equal(status, 1);
    const report: unknown = JSON.parse(out);
    assert.deepEqual(report, {
      format: 1,
      file: magic,
      sizeBytes: readFileSync(magic).length,
      kind: "module",
      verdict: "unsupported",
      headline: "does not run: 1 import is missing",
      counts: { supported: 2, different: 0, unsupported: 1 },
      percentages: { supported: 66.7, different: 0, unsupported: 33.3 },
      rows: [
        {
          subject: "elsewhere.do_magic",
          kind: "import",
          level: "unsupported",
          note: "a function of an import module that is not known here",
          fix: "build for WASI preview 1, or link what defines it into the program",
        },
        {
          subject: "_start",
          kind: "export",
          level: "supported",
          note: "where the program starts",
          fix: "",
        },
        {
          subject: "memory",
          kind: "export",
          level: "supported",
          note: "where calls find what they are given",
          fix: "",
        },
      ],
    });
  });

  test("writes what the manual shows", async () => {
    const project = join(import.meta.dirname, "..", "..", "..", "..");
    const page = readFileSync(join(project, "docs", "manual", "check.md"), "utf8");
    const shown = [...page.matchAll(/^\$ noos check ([^\n]*?)(guests\/\S+)\n(.*?)^```$/gms)];
    assert.ok(shown.length >= 2, "the page shows programs of this project");
    for (const [, options = "", file = "", text] of shown) {
      const path = join(project, file);
      const { out } = await check(...options.split(" ").filter((word) => word !== ""), path);
      assert.equal(out.replaceAll(JSON.stringify(path).slice(1, -1), file), text);
    }
  });

  const refused: readonly (readonly [why: string, code: ErrorCode, words: readonly string[]])[] = [
    ["no file", "USAGE", []],
    ["two files", "USAGE", [sound, magic]],
    ["a file that is not there", "FILE_NOT_FOUND", [join(folder, "gone.wasm")]],
    ["a path through a file", "FILE_NOT_FOUND", [join(sound, "inside.wasm")]],
    ["what cannot be opened", "FILE_NOT_READABLE", [join(folder, "x".repeat(300))]],
    ["an empty file", "WASM_MALFORMED", [fileOf("empty.wasm", Uint8Array.of())]],
    ["a text", "WASM_MALFORMED", [fileOf("text.wasm", new TextEncoder().encode("hello, world"))]],
    ["zeros without an end", "WASM_MALFORMED", ["/dev/zero"]],
  ];
  for (const [why, code, words] of refused) {
    test(`refuses ${why} as ${code}`, async () => {
      await assert.rejects(
        () => check(...words),
        (error) => {
          assert.ok(error instanceof PlatformError);
          assert.equal(error.code, code);
          if (code !== "USAGE") assert.ok(error.message.startsWith(`cannot check "${words[0]}": `));
          return true;
        },
      );
    });
  }
});

/** Whether a process starts; what it does then is its own affair. */
async function isStarted(bytes: Uint8Array): Promise<boolean> {
  const host = simulatedHost({ seed: 1 });
  const system = new System(host);
  try {
    const running = system.start(system.load(bytes));
    const { reason } = await host.time.until(running.exit);
    return reason.kind !== "refused";
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error));
    return false;
  }
}

suite("noos check and noos run", () => {
  const types = [
    functionType([], []),
    functionType([Type.i32], []),
    functionType([Type.i32, Type.i32], [Type.i32]),
    functionType([Type.i64], [Type.i32]),
    functionType([Type.i32, Type.i64, Type.i32, Type.i32], [Type.i32]),
  ];
  const typeIndex = fc.nat(types.length - 1);
  const anyFunction = fc.tuple(
    fc.constantFrom("wasi_snapshot_preview1", "wasi_unstable", "env", "noos", "constructor"),
    fc.constantFrom("proc_exit", "args_get", "fd_seek", "fd_tell", "toString", "yield"),
    typeIndex,
  );
  const aCall = fc.constantFrom(
    ["wasi_snapshot_preview1", "proc_exit", 1] as const,
    ["wasi_unstable", "args_get", 2] as const,
  );
  const aFunction = fc.oneof({ arbitrary: aCall, weight: 3 }, anyFunction);
  const otherImports = fc.constantFrom(
    importOf("env", "memory", "memory", [0, 1]),
    importOf("env", "memory", "memory", [3, 1, 2]),
    importOf("noos", "flag", "memory", [3, 1, 1]),
    importOf("env", "table", "table", [Type.funcref, 0, 0]),
    importOf("env", "base", "global", [Type.i32, 0]),
  );
  const memories = fc.constantFrom(
    [[0, 1]],
    [[4, 1]],
    [
      [0, 1],
      [0, 2],
    ],
    [[1, 1, 1]],
    [],
  );
  const tables = fc.constantFrom([], [[Type.funcref, 0, 1]], [[Type.funcref, 0, 0x80, 0x89, 0x7a]]);
  const exportNames = fc.uniqueArray(fc.constantFrom("_start", "_initialize", "main", "memory"));

  test("agree on which programs can be started", async () => {
    const program = fc.record({
      functions: fc.array(aFunction, { maxLength: 2 }),
      others: fc.array(otherImports, { maxLength: 1 }),
      entryType: fc.oneof({ arbitrary: fc.constant(0), weight: 9 }, typeIndex),
      memories,
      tables,
      exportNames,
      hasStart: fc.boolean(),
    });
    const ground = {
      contracts: wasiP1Contracts({ modules: wasiP1Modules, calls: wasiP1Calls }),
      limits: defaultLimits,
    };
    const seen = { started: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(program, async (parts) => {
        const own = parts.functions.length;
        const bytes = assemble({
          types,
          imports: [
            ...parts.functions.map(([module, name, type]) =>
              importOf(module, name, "function", [type]),
            ),
            ...parts.others,
          ],
          // Unreachable where something must be answered.
          functions: [
            { type: parts.entryType, code: parts.entryType === 0 ? [] : [0x00] },
            { code: [] },
          ],
          tables: parts.tables,
          memories: parts.memories,
          exports: parts.exportNames.map((name) => exportOf(name, "function", own)),
          ...(parts.hasStart ? { start: own + 1 } : {}),
        });
        const report = gradeProgram(bytes, ground);
        const starts = await isStarted(bytes);
        assert.equal(report.verdict !== "unsupported", starts, report.headline);
        seen[starts ? "started" : "refused"] += 1;
      }),
      { numRuns: 500 },
    );
    assert.ok(Math.min(seen.started, seen.refused) > 40, JSON.stringify(seen));
  });
});
