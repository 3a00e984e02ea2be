import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The packages that an executor imports beside noos: to unpack images, and for WebSockets. */
const libraries = ["modern-tar", "ws"];

/**
 * What an executor is to read of noos itself: the package that it is in, with its code and what
 * says which file is which door; and the libraries, which an installer may put beside that package
 * or anywhere behind a link.
 */
export function programFolders(entry: URL): readonly string[] {
  // src/app/executor/mod.ts of a checkout, dist/app/executor/mod.js, or that of a package.
  const own = join(dirname(fileURLToPath(entry)), "..", "..", "..");
  return [own, ...libraries.map(folderOf)];
}

function folderOf(library: string): string {
  const manifest = findPackageJSON(library, import.meta.url);
  if (manifest === undefined) throw new Error(`${library} belongs to noos, and is not installed`);
  return dirname(manifest);
}
