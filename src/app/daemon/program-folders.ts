import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The one package that an executor imports beside noos, to unpack images. */
const library = "modern-tar";

/**
 * What an executor is to read of noos itself: the package that it is in, with its code and what
 * says which file is which door; and the library, which an installer may put beside that package
 * or anywhere behind a link.
 */
export function programFolders(entry: URL): readonly string[] {
  // src/app/executor/mod.ts of a checkout, dist/app/executor/mod.js, or that of a package.
  const own = join(dirname(fileURLToPath(entry)), "..", "..", "..");
  const imported = fileURLToPath(import.meta.resolve(library));
  return [own, imported.slice(0, imported.lastIndexOf(library) + library.length)];
}
