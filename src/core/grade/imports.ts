import { recognize } from "#core/grade/known";
import { kernelImports } from "#core/machine/instrument";
import type { ImportDescription } from "#core/machine/wasm";
import type { Contract, Ground } from "./contract.ts";
import { type Row, supported, unsupported } from "./report.ts";

type Asked = ImportDescription;

/** Grades what a module imports, in its order. */
export function gradeImports(imports: readonly Asked[], ground: Ground): readonly Row[] {
  return imports.map((row) => gradeImport(row, ground));
}

function gradeImport(row: Asked, { contracts }: Ground): Row {
  const contract = contracts.find(({ module }) => module === row.module);
  if (contract !== undefined && row.kind === "function") return gradeCall(row, contract);
  if (row.kind === "memory" && row.module !== kernelImports.module) {
    return supported("import", subjectOf(row), "a memory, which the kernel brings");
  }
  return gradeStranger(row);
}

function gradeCall(row: Asked, contract: Contract): Row {
  const call = contract.calls.get(row.name);
  if (call === undefined) return gradeStranger(row);
  if (call.type !== row.type) {
    return unsupported("import", subjectOf(row), {
      note: `it is imported as ${row.type}, in ${contract.name} it is ${call.type}`,
      fix: "declare it as the contract does; with Emscripten, build with -sWASM_BIGINT",
    });
  }
  const { level, note, fix } = call;
  return { subject: subjectOf(row), kind: "import", level, note, fix };
}

/** An import that nothing here provides: says what it is, as far as it is known. */
function gradeStranger(row: Asked): Row {
  return unsupported("import", subjectOf(row), recognize(row) ?? unknown(row));
}

function unknown({ kind }: Asked): { readonly note: string; readonly fix: string } {
  if (kind === "function") {
    return {
      note: "a function of an import module that is not known here",
      fix: "build for WASI preview 1, or link what defines it into the program",
    };
  }
  return { note: `a ${kind}, of which none is provided`, fix: `define the ${kind} in the program` };
}

function subjectOf({ module, name }: Asked): string {
  return `${module}.${name}`;
}
