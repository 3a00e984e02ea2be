/** Names that say nothing, and marks of unfinished work. Pure: sources in, words out. */
import { type Source, isModule, isTest } from "./source-tree.ts";

/** A file or folder that wants such a name lacks its concept. */
const emptyWords = new Set(
  "util utils helper helpers common misc manager managers service services data info".split(" "),
);

/** In a longer name these are empty as well; "data-segment" and "info-section" say something. */
const emptyInside = new Set("util utils helper helpers misc manager managers impl".split(" "));

export function findPathProblems(sources: readonly Source[]): readonly string[] {
  const paths = sources
    .map(({ path }) => path)
    .filter((path) => /^(?:src|test|tools)\//.test(path));
  const names = new Set(paths.flatMap((path) => path.split("/").slice(1)));
  return [...names].flatMap((name) => {
    const problem = judgeName(name);
    return problem === undefined ? [] : [`"${name}" ${problem}`];
  });
}

function judgeName(name: string): string | undefined {
  const stem = name.replace(/\..*$/, "");
  if (emptyWords.has(stem) || stem.split("-").some((word) => emptyInside.has(word))) {
    return "says nothing about what is in it";
  }
  const isKebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem);
  return isKebabCase ? undefined : "is not in kebab case";
}

const declaration = /\b(?:class|interface|type|function|const) (\w+)/g;
const emptyType = /^I[A-Z][a-z]{2}|(?:Impl|Manager|Helper|Utils?|Misc)$/;

export function findDeclarationProblems(sources: readonly Source[]): readonly string[] {
  const modules = sources.filter((source) => isModule(source) && !isTest(source));
  return modules.flatMap((source) =>
    [...source.text.matchAll(declaration)]
      .map(([, name = ""]) => name)
      .filter((name) => emptyType.test(name))
      .map((name) => `${source.path}: "${name}" says nothing about what it is`),
  );
}

/** Put together here so that this file does not find itself. */
const mark = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);

/** Unfinished work is an issue, or nothing. */
export function findMarks(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const found = mark.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${index + 1}: ${found}: make it an issue`];
    }),
  );
}
