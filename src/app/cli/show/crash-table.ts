import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { CrashView } from "#pool/api";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";

const columns: readonly Column[] = [
  { title: "CRASH" },
  { title: "AT" },
  { title: "PROCESS" },
  { title: "SIZE", isNumber: true },
  { title: "REPLAYS" },
  { title: "REASON" },
];

/** Recordings of crashes, and the command that plays the last of them back. */
export function formatCrashes(views: readonly CrashView[], screen: Screen): string {
  const rows = views.map(({ id, at, path, sizeBytes, isWhole, reason }): readonly Cell[] => [
    printable(id),
    printable(at),
    printable(path),
    formatBytes(sizeBytes),
    isWhole ? { text: "whole", tone: "good" } : { text: "last inputs", tone: "warning" },
    printable(reason),
  ]);
  return formatTable(columns, rows, screen);
}
