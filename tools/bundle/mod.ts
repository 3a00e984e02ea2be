/**
 * What is published, made from the sources: a few JavaScript files in place of a few hundred
 * modules, and the `package.json` that leads to them.
 *
 * Knows: which files can be started or imported, what each of them holds, what stays outside of
 * them. Nothing of where they are written to, nor when.
 * Must hold: the first file of the command line holds all that every run loads, for its start is
 * measured; every door that is resolved by name while running has a file of its own.
 * Never imports: the sources themselves.
 * Start reading at `bundles.ts`; docs/decisions/0005-bundled-command-line.md says why.
 */
export { type BuiltFile, bundleFiles } from "./bundles.ts";
export { type ProjectManifest, publishedManifest } from "./published-manifest.ts";
