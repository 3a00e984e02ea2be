/** What the texts promise about the tree. Pure: sources in, words out. */
import { dirname, normalize } from "node:path/posix";
import type { Source } from "./source-tree.ts";

/** Links of the project's own pages to files and headings of the project. */
export function findBrokenLinks(
  sources: readonly Source[],
  exists: (path: string) => boolean,
): readonly string[] {
  const pages = new Map(
    sources.filter(({ path }) => path.endsWith(".md")).map((page) => [page.path, page]),
  );
  return [...pages.values()].flatMap((page) =>
    linksIn(page).flatMap((link) => {
      const problem = judgeLink(page, link, { pages, exists });
      return problem === undefined ? [] : [`${page.path}: link "${link}" ${problem}`];
    }),
  );
}

/** `[words](target)` outside code, without links to other hosts. */
function linksIn({ text }: Source): readonly string[] {
  const prose = text.replace(/^(```|~~~).*?^\1/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function judgeLink(
  page: Source,
  link: string,
  tree: {
    readonly pages: ReadonlyMap<string, Source>;
    readonly exists: (path: string) => boolean;
  },
): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page.path : normalize(`${dirname(page.path)}/${path}`);
  if (target.startsWith("../")) return "leaves the project";
  if (!tree.pages.has(target) && !tree.exists(target)) return "leads to no file";
  const linked = tree.pages.get(target);
  if (anchor === undefined || linked === undefined) return undefined;
  return headingAnchors(linked).includes(anchor) ? undefined : `leads to no heading #${anchor}`;
}

/** A heading's anchor, as GitHub makes it: small letters, spaces to dashes, marks away. */
function headingAnchors({ text }: Source): readonly string[] {
  return [...text.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The string entries of `errorCodes` in the text of `codes.ts`. */
export function errorCodesIn(text: string): readonly string[] {
  const [, list = ""] = /errorCodes\b[^=]*=[^[{]*[[{](.*?)^[\]}]/ms.exec(text) ?? [];
  return [...list.matchAll(/^\s+"?([A-Z][A-Z0-9_]+)"?[,:]/gm)].map(([, code = ""]) => code);
}

/** Each code has its entry `### CODE` in the manual, and no entry outlives its code. */
export function findManualProblems(codes: readonly string[], manual: string): readonly string[] {
  const entries = [...manual.matchAll(/^### `?([A-Z][A-Z0-9_]+)`?\s*$/gm)].map(
    ([, code = ""]) => code,
  );
  return [
    ...codes.filter((code) => !entries.includes(code)).map((code) => `${code}: has no entry`),
    ...entries.filter((code) => !codes.includes(code)).map((code) => `${code}: is no code`),
  ];
}

/** Codes that no source gives to anybody: to compare with one, or to tell of it, is not enough. */
export function findUnnamed(
  codes: readonly string[],
  sources: readonly Source[],
): readonly string[] {
  const named = new Set(sources.flatMap(({ text }) => codesGivenIn(text)));
  return codes.filter((code) => !named.has(code)).map((code) => `${code}: nothing names it`);
}

function codesGivenIn(text: string): readonly string[] {
  const code = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
  const literals = code.matchAll(/(?<![!=]==? )"([A-Z][A-Z0-9_]+)"(?! [!=]==)/g);
  return [...literals].map(([, literal = ""]) => literal);
}
