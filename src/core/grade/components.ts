import { nearestTo } from "#core/grade/known";
import type { ComponentDescription, ComponentExtern } from "#core/machine/wasm";
import { type Row, type RowKind, unsupported } from "./report.ts";

/**
 * Grades a component: nothing of it is supported yet, so each row says what comes nearest to it
 * for a program that is built for WASI preview 1.
 */
export function gradeComponent(component: ComponentDescription): readonly Row[] {
  return [
    unsupported("feature", "component", {
      note: "components are not run yet, core modules are",
      fix: "build for wasm32-wasip1; of a wrapped program, take the module it was made from",
    }),
    ...component.imports.map((row) => gradeExtern("import", row)),
    ...component.exports.map((row) => gradeExtern("export", row)),
  ];
}

function gradeExtern(kind: RowKind, { name, sort }: ComponentExtern): Row {
  const interfaceName = name.replace(/@.*$/s, "");
  const nearest = nearestTo(interfaceName);
  if (nearest !== undefined) {
    return unsupported(kind, name, {
      note: `in WASI preview 1: ${nearest}`,
      fix: "build for wasm32-wasip1",
    });
  }
  const what = interfaceName.startsWith("wasi:")
    ? "an interface of WASI"
    : `${articled(sort)} of its own`;
  return unsupported(kind, name, {
    note: `${what}, without a counterpart in WASI preview 1`,
    fix: kind === "import" ? "leave it out, or do it in the program" : "start the work from main",
  });
}

function articled(sort: ComponentExtern["sort"]): string {
  return sort === "instance" ? "an interface" : `a ${sort}`;
}
