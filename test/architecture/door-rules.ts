/** Each folder has one door, which says what stands behind it. Pure: sources in, words out. */
import { type Source, isDoor, isModule, sourceFolder } from "./source-tree.ts";

const headerLines = { min: 5, max: 15 } as const;
const namesMax = 30;

export function findDoorProblems(sources: readonly Source[]): readonly string[] {
  const modules = sources.filter((source) => isModule(source) && sourceFolder(source));
  const doors = modules.filter(isDoor);
  return [
    ...findMissingDoors(modules, doors),
    ...doors.flatMap((door) => judgeDoor(door).map((problem) => `${door.path}: ${problem}`)),
  ];
}

function findMissingDoors(modules: readonly Source[], doors: readonly Source[]): readonly string[] {
  const withDoor = new Set(doors.map(sourceFolder));
  const folders = new Set(modules.map(sourceFolder));
  return [...folders]
    .filter((folder) => !withDoor.has(folder))
    .map((folder) => `src/${folder}: has modules but no door, mod.ts`);
}

function judgeDoor(door: Source): readonly string[] {
  const problems: string[] = [];
  const header = countHeaderLines(door.text);
  if (header.outside < headerLines.min || header.inside > headerLines.max) {
    const { min, max } = headerLines;
    problems.push(`needs a header comment of ${min} to ${max} lines, has ${header.inside}`);
  }
  if (/^export \*/m.test(door.text)) problems.push("export * hides what the door shows");
  if (/^export default\b/m.test(door.text)) problems.push("a door has no default export");
  const count = exportedNames(door.text).length;
  if (count > namesMax) problems.push(`shows ${count} names, ${namesMax} at most`);
  return problems;
}

/** The comment at the very top, with and without the lines that only open and close it. */
function countHeaderLines(text: string): { readonly inside: number; readonly outside: number } {
  const block = /^\/\*\*?(.*?)\*\//s.exec(text)?.[0];
  const comment = block ?? /^(?:\/\/.*\n)+/.exec(text)?.[0].trimEnd() ?? "";
  if (comment === "") return { inside: 0, outside: 0 };
  const lines = comment.split("\n");
  const inside = lines.filter((line) => !/^\s*(?:\/\*\*?|\*\/)\s*$/.test(line));
  return { inside: inside.length, outside: lines.length };
}

export function exportedNames(text: string): readonly string[] {
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
    list
      .split(",")
      .map((item) =>
        item
          .trim()
          .replace(/^type /, "")
          .replace(/^.* as /, ""),
      )
      .filter((name) => name !== ""),
  );
  const declaration =
    /^export (?:(?:abstract|async) )?(?:const|let|function\*?|class|interface|type) (\w+)/gm;
  const declared = [...text.matchAll(declaration)].map(([, name = ""]) => name);
  // A type and a value may share a name, and an overloaded function repeats its own.
  return [...new Set([...lists, ...declared])];
}
