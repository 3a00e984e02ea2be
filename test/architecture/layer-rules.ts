/** Which folder may import which, and what may be imported at all. Pure: sources in, words out. */
import { addressesIn, importsOf, packageName } from "./imports.ts";
import type { Layer } from "./layers.ts";
import { type Source, isInside, isModule, isTest, sourceFolder } from "./source-tree.ts";

/** Only here does the code know that it runs on Node. Tests may, wherever they stand. */
const nodeFolders = [
  "src/adapters/node",
  "src/adapters/sqlite",
  "src/app",
  "tools",
  "test",
  "guests",
];

export function findLayerProblems(
  sources: readonly Source[],
  layers: readonly Layer[],
): readonly string[] {
  const edges = edgesOf(sources);
  return [
    ...findDisorder(layers),
    ...findMissingRows(edges, layers),
    ...findUnusedRows(edges, layers),
    ...findForbiddenEdges(edges, layers),
    ...findUnusedEdges(edges, layers),
  ];
}

/** Folder → folders that its modules import. Tests stand above the house and are left out. */
function edgesOf(sources: readonly Source[]): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  for (const source of sources) {
    const folder = sourceFolder(source);
    if (folder === undefined || !isModule(source) || isTest(source)) continue;
    const imported = edges.getOrInsertComputed(folder, () => new Set());
    for (const specifier of importsOf(source)) {
      if (specifier.startsWith("#")) imported.add(specifier.slice(1));
    }
  }
  return edges;
}

function findDisorder(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(([folder, mayImport], index) => {
    const above = layers.slice(0, index).map(([name]) => name);
    return mayImport
      .filter((name) => !above.includes(name))
      .map((name) => `layers.ts: row "${folder}" names "${name}", which has no row above it`);
  });
}

type Edges = ReturnType<typeof edgesOf>;

function findMissingRows(edges: Edges, layers: readonly Layer[]): readonly string[] {
  const rows = new Set(layers.map(([folder]) => folder));
  return [...edges]
    .filter(([folder]) => !rows.has(folder))
    .map(([folder, imported]) => {
      const names = [...imported].toSorted().map((name) => `"${name}"`);
      return `layers.ts: add the row ["${folder}", [${names.join(", ")}]],`;
    });
}

function findUnusedRows(edges: Edges, layers: readonly Layer[]): readonly string[] {
  return layers
    .filter(([folder]) => !edges.has(folder))
    .map(([folder]) => `layers.ts: remove the row "${folder}": src/${folder} has no modules`);
}

function findForbiddenEdges(edges: Edges, layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(([folder, mayImport]) =>
    [...(edges.get(folder) ?? [])]
      .filter((name) => !mayImport.includes(name))
      .map((name) => `src/${folder} imports "#${name}", which its row in layers.ts does not name`),
  );
}

function findUnusedEdges(edges: Edges, layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(([folder, mayImport]) => {
    const imported = edges.get(folder);
    return mayImport
      .filter((name) => imported !== undefined && !imported.has(name))
      .map((name) => `layers.ts: row "${folder}": remove "${name}", which nothing there imports`);
  });
}

/** What may stand between the quotes of an import, whoever imports. */
export function findImportProblems(sources: readonly Source[]): readonly string[] {
  const paths = new Set(sources.map(({ path }) => path));
  return sources.filter(isModule).flatMap((source) =>
    [...importsOf(source), ...addressesIn(source)].flatMap((specifier) => {
      const problem = judgeImport(source, specifier, paths);
      return problem === undefined ? [] : [`${source.path}: "${specifier}" ${problem}`];
    }),
  );
}

function judgeImport(
  source: Source,
  specifier: string,
  paths: ReadonlySet<string>,
): string | undefined {
  if (specifier.startsWith("#")) {
    const door = doorOf(specifier);
    if (!paths.has(door)) return "is no door: only #folder with a mod.ts can be imported";
    const isShipped = source.path.startsWith("src/") && !isTest(source);
    const leaves = isShipped && !door.startsWith("src/");
    return leaves ? "is not part of the package: only tests and tools know it" : undefined;
  }
  if (specifier.startsWith(".")) {
    const isNeighbour = /^\.\/[^/]+$/.test(specifier);
    return isNeighbour ? undefined : "reaches into another folder: import its door, #folder";
  }
  if (specifier.startsWith("node:")) {
    const isAllowed = isTest(source) || isInside(source.path, nodeFolders);
    return isAllowed ? undefined : `is Node; only ${nodeFolders.join(", ")} know it`;
  }
  return packageName(specifier) === undefined ? "is neither a door nor a package" : undefined;
}

/** Doors beside the house. They and those below `test` are for tests and tools only. */
const doorsBeside: ReadonlyMap<string, string> = new Map([
  ["#guests", "guests/mod.ts"],
  ["#tools/build", "tools/build.ts"],
  ["#tools/bundle", "tools/bundle/mod.ts"],
  ["#tools/link", "tools/link/mod.ts"],
  ["#tools/script", "tools/script/mod.ts"],
  ["#tools/examples", "tools/examples/mod.ts"],
  ["#tools/toolchain", "tools/toolchain.ts"],
]);

/** The file that a `#` stands for, as "imports" in package.json has it. */
function doorOf(specifier: string): string {
  const folder = specifier.slice(1);
  const path = folder.startsWith("test/") ? folder : `src/${folder}`;
  if (folder.startsWith("prelude/")) return `guests/script/${folder}/mod.ts`;
  return doorsBeside.get(specifier) ?? `${path}/mod.ts`;
}

/** Guest contracts must not lean on each other: what two share belongs into the kernel. */
export function findSiblingProblems(sources: readonly Source[]): readonly string[] {
  const contractOf = (folder: string): string | undefined =>
    /^core\/personality\/([^/]+)/.exec(folder)?.[1];
  return sources.filter(isModule).flatMap((source) => {
    const own = contractOf(sourceFolder(source) ?? "");
    if (own === undefined) return [];
    return importsOf(source)
      .filter((specifier) => specifier.startsWith("#"))
      .filter((specifier) => ![undefined, own].includes(contractOf(specifier.slice(1))))
      .map((specifier) => `${source.path}: "${specifier}" is another guest contract`);
  });
}

/** A package that stands in one folder can be replaced there. */
export function findPackageProblems(
  sources: readonly Source[],
  dependencies: readonly string[],
): readonly string[] {
  const users = new Map<string, Set<string>>(dependencies.map((name) => [name, new Set()]));
  const problems: string[] = [];
  for (const source of sources) {
    const folder = sourceFolder(source);
    if (folder === undefined || !isModule(source) || isTest(source)) continue;
    for (const name of importsOf(source).map(packageName)) {
      if (name === undefined) continue;
      if (users.has(name)) users.get(name)?.add(folder);
      else problems.push(`${source.path}: "${name}" is no run-time dependency in package.json`);
    }
  }
  for (const [name, folders] of users) {
    if (folders.size === 1) continue;
    const where = folders.size === 0 ? "nowhere" : `in ${[...folders].toSorted().join(", ")}`;
    problems.push(`package.json: "${name}" is imported ${where}; it belongs in exactly one folder`);
  }
  return problems;
}

/** Emitted JavaScript has other file names, and the compiler rewrites them in imports only. */
export function findUrlProblems(sources: readonly Source[]): readonly string[] {
  return sources
    .filter((source) => isModule(source) && !isTest(source) && sourceFolder(source) !== undefined)
    .filter(({ text }) => /new URL\(\s*"[^"]*\.ts"/.test(text))
    .map(({ path }) => `${path}: name a module by its door (import.meta.resolve), not by a URL`);
}
