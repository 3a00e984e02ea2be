import { instrument } from "#core/machine/instrument";
import { type ComponentDescription, describe, type ModuleDescription } from "#core/machine/wasm";
import { PlatformError } from "#core/sys";
import { gradeComponent } from "./components.ts";
import type { Ground } from "./contract.ts";
import { gradeExports } from "./exports.ts";
import { gradeFeatures, gradeSize } from "./features.ts";
import { gradeImports } from "./imports.ts";
import { type Report, type Row, type RowKind, unsupported } from "./report.ts";
import { summarize } from "./summary.ts";

type Description = ModuleDescription | ComponentDescription;

/** Grades what a program declares. Answers a report for any description. */
export function grade(description: Description, ground: Ground): Report {
  return summarize(description.kind, rowsOf(description, ground));
}

/**
 * Grades a program by what it declares and by whether its code can be made ready to run. Throws
 * `WASM_MALFORMED` for what is no program at all.
 */
export function gradeProgram(bytes: Uint8Array, ground: Ground): Report {
  const size = gradeSize(bytes.length, ground.limits);
  const description = describeIfKnown(bytes);
  if (description instanceof PlatformError) {
    return summarize("unknown", [...size, refused("format", description)]);
  }
  const declared = rowsOf(description, ground);
  const code = description.kind === "module" ? gradeCode(bytes, declared, ground) : [];
  return summarize(description.kind, [...declared, ...size, ...code]);
}

function rowsOf(description: Description, ground: Ground): readonly Row[] {
  if (description.kind === "component") return gradeComponent(description);
  return [
    ...gradeImports(description.imports, ground),
    ...gradeExports(description, ground),
    ...gradeFeatures(description, ground.limits),
  ];
}

/** A form of binary that this build does not know is a grade; a damaged file is none. */
function describeIfKnown(bytes: Uint8Array): Description | PlatformError {
  return unlessUnsupported(() => describe(bytes));
}

/** Looks at the code only when nothing else already keeps the program from being made ready. */
function gradeCode(bytes: Uint8Array, declared: readonly Row[], ground: Ground): readonly Row[] {
  if (declared.some(isUnsupported("feature"))) return [];
  const invalidity = findInvalidity(bytes);
  if (invalidity !== undefined) {
    const fix = "build it again with a current toolchain";
    return [unsupported("feature", "validation", { note: invalidity, fix })];
  }
  if (declared.some(isUnsupported("import"))) return [];
  const ready = unlessUnsupported(() =>
    instrument(bytes, { checks: true, tableElementsMax: ground.limits["table-elements"] }),
  );
  return ready instanceof PlatformError ? [refused("code", ready)] : [];
}

function isUnsupported(kind: RowKind): (row: Row) => boolean {
  return (row) => row.kind === kind && row.level === "unsupported";
}

/** The engine's reason for calling a module invalid, which it tells only when it compiles. */
function findInvalidity(bytes: Uint8Array): string | undefined {
  if (WebAssembly.validate(bytes)) return undefined;
  try {
    void new WebAssembly.Module(bytes);
    return "the engine calls it invalid";
  } catch (error) {
    return (error as Error).message.replace(/^WebAssembly\.Module\(\): /, "");
  }
}

function unlessUnsupported<T>(read: () => T): T | PlatformError {
  try {
    return read();
  } catch (error) {
    if (error instanceof PlatformError && error.code === "WASM_UNSUPPORTED") return error;
    throw error;
  }
}

function refused(subject: string, error: PlatformError): Row {
  const note = error.message.replace(/^cannot run the module: /, "");
  return unsupported("feature", subject, { note, fix: error.hint });
}
