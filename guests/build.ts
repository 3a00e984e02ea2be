/**
 * Builds the guest programs: `node guests/build.ts [--check] [NAME…]`.
 *
 * Without names, all of them. With `--check` it builds beside the committed modules, compares
 * bytes, and ends with code 1 if any differs. The same compiler gives the same bytes: clang
 * 14 with its wasi-libc, wabt's wat2wasm, AssemblyScript's asc from the tests' toolchain. Paths of
 * this machine stay out of the modules; debug sections go, the section of function names stays, for
 * guest stacks.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { parseArgs, promisify } from "node:util";
import { filesOf, whyMissing } from "#tools/toolchain";
import { type Guest, guestFile, guestSource, guests } from "./mod.ts";

const run = promisify(execFile);

/** A built module may weigh this much: they are committed. */
const builtBytesMax = 100_000;

const clangFlags: readonly string[] = [
  "--target=wasm32-wasi",
  "-std=c17",
  "-O2",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-ffile-prefix-map=.=",
  "-Wl,--strip-debug",
  "-Wl,--fatal-warnings",
];

/**
 * For what tools/link puts together: clang 14 makes code that can lie anywhere for this target
 * only, of which nothing else is used.
 */
const libraryFlags: readonly string[] = [
  "--target=wasm32-unknown-emscripten",
  "-ffreestanding",
  "-fPIC",
  "-fvisibility=default",
  "-mbulk-memory",
  "-std=c17",
  "-O2",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-ffile-prefix-map=.=",
  "-I",
  "../sdk/c",
  "-c",
];

const libraryLinkFlags: readonly string[] = [
  "--experimental-pic",
  "-shared",
  "--strip-debug",
  "--allow-undefined",
  "--no-entry",
];

type Builder = (source: string, target: string) => Promise<void>;

const builders: Readonly<Record<Guest["language"], Builder>> = {
  c: async (source, target) => {
    const isHandler = (await readFile(source, "utf8")).includes("sdk/c/noos/http.h");
    const model = isHandler ? ["-mexec-model=reactor"] : [];
    // Run in the source's own folder, so that no path of this machine gets into the module.
    await run("clang-14", [...clangFlags, ...model, basename(source), "-o", target], {
      cwd: dirname(source),
    });
  },
  "c-library": async (source, target) => {
    const object = `${target}.o`;
    await run("clang-14", [...libraryFlags, basename(source), "-o", object], {
      cwd: dirname(source),
    });
    await run("wasm-ld-14", [...libraryLinkFlags, object, "-o", target]);
    await rm(object);
  },
  wat: async (source, target) => {
    await run("wat2wasm", ["--enable-exceptions", "--debug-names", source, "-o", target]);
  },
  assemblyscript: async (source, target) => {
    const [compiler, config] = filesOf("assemblyscript");
    if (compiler === undefined || config === undefined) {
      throw new Error(whyMissing(["assemblyscript"]));
    }
    const cwd = dirname(source);
    // It takes what its configuration names from where it runs, and only on a relative way.
    const words = [basename(source), "--config", relative(cwd, config), "-O", "-o", target];
    // One that is called has no main.
    const isCalled = /^export function noos_/m.test(await readFile(source, "utf8"));
    if (isCalled) words.push("--exportStart", "_initialize");
    await run(process.execPath, [compiler, ...words], { cwd });
  },
  hex: async (source, target) => {
    const listing = await readFile(source, "utf8");
    await writeFile(target, Buffer.from(listing.replaceAll(/#.*|\s/g, ""), "hex"));
  },
};

async function build(guest: Guest, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await builders[guest.language](guestSource(guest), target);
  const { size } = await stat(target);
  if (size > builtBytesMax) {
    throw new Error(`${guest.name} has ${size} bytes, more than ${builtBytesMax}`);
  }
}

function committedFile(guest: Guest): string {
  return guestFile(`${guest.kind}/${guest.name}`);
}

/** Answers whether a fresh build is what is committed. */
async function isSame(guest: Guest, scratch: string): Promise<boolean> {
  const target = join(scratch, `${guest.kind}-${guest.name}.wasm`);
  await build(guest, target);
  const committed = await readFile(committedFile(guest)).catch(() => Buffer.alloc(0));
  return committed.equals(await readFile(target));
}

async function check(chosen: readonly Guest[]): Promise<readonly Guest[]> {
  const scratch = await mkdtemp(join(tmpdir(), "noos-guests-"));
  try {
    const different: Guest[] = [];
    await inPairs(chosen, async (guest) => {
      if (!(await isSame(guest, scratch))) different.push(guest);
    });
    return different;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Works through a list, two at a time. */
async function inPairs<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = list.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

function choose(names: readonly string[]): readonly Guest[] {
  if (names.length === 0) return guests;
  const chosen = guests.filter(
    ({ kind, name }) => names.includes(name) || names.includes(`${kind}/${name}`),
  );
  for (const name of names) {
    const isKnown = chosen.some((guest) => name === guest.name || name.endsWith(`/${guest.name}`));
    if (!isKnown) throw new Error(`there is no guest program "${name}"; see guests/mod.ts`);
  }
  return chosen;
}

/** Says what failed in the words of the compiler, and how to get one that is missing. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOENT" && "path" in error) {
    const packages = "clang lld wasi-libc libclang-rt-14-dev-wasm32 wabt";
    return `${String(error.path)} is not installed\n  apt-get install ${packages}`;
  }
  const printed = "stderr" in error && typeof error.stderr === "string" ? error.stderr : "";
  return printed === "" ? error.message : printed;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { check: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const chosen = choose(positionals);
  if (!values.check) {
    await inPairs(chosen, (guest) => build(guest, committedFile(guest)));
    console.log(`built ${chosen.length} guest programs`);
    return 0;
  }
  const different = await check(chosen);
  for (const guest of different) console.log(`differs: ${guest.kind}/${guest.name}`);
  console.log(`${chosen.length - different.length} of ${chosen.length} are as committed`);
  return different.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
