import { PlatformError } from "#core/sys";
import type { Limits } from "#core/machine/wasm";

/**
 * The maximum for each table a module defines, so that all of them together never hold more than
 * `elementsMax`: what their minimums leave over is shared out evenly, and no table gets more than
 * it declares. Refuses a module whose minimums exceed the limit already.
 */
export function shareOutElements(
  tables: readonly Limits[],
  elementsMax: number,
): readonly number[] {
  const least = tables.reduce((sum, table) => sum + table.min, 0);
  if (least > elementsMax) {
    throw new PlatformError(
      `cannot run the module: its tables start with ${least} elements, the limit is ${elementsMax}`,
      { code: "TABLE_OVER_LIMIT", hint: "allow more with --table-elements" },
    );
  }
  const share = Math.floor((elementsMax - least) / Math.max(1, tables.length));
  return tables.map((table) => Math.min(table.max ?? Infinity, table.min + share));
}
