import type { Terminal } from "#app/cli/command";
import type { Screen } from "#app/cli/show";

/** What a table has to fit. */
export function screenOf({ hasColours, size }: Terminal): Screen {
  return { hasColours, columns: size?.columns };
}
