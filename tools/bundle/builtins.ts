/** `import { a, b as c } from "node:name";`, as the bundler prints it: on a line of its own. */
const namedImport = /^import \{ ([^}]*) \} from "(node:[\w/]+)";$/gm;
const anyImport = /^(?:import|export)\b.* (?:from )?"node:[\w/]+";$/m;

/**
 * Takes Node's modules by call instead of by `import`, line by line. For an `import` Node reads
 * each of a module's exports, and some of `node:fs` load what they stand for when they are read:
 * 2.5 ms, of which the names in use need none. Throws for an import that has another form.
 */
export function callBuiltins(code: string): string {
  const called = code.replace(namedImport, (_, names: string, builtin: string) => {
    const pattern = names.replaceAll(" as ", ": ");
    return `const { ${pattern} } = process.getBuiltinModule("${builtin}");`;
  });
  const left = anyImport.exec(called);
  if (left !== null) throw new Error(`cannot bundle this import of Node's: ${left[0]}`);
  return called;
}
