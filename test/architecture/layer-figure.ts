/**
 * The table of layers as a picture, for ARCHITECTURE.md: `node test/architecture/layer-figure.ts`
 * prints it. A folder imports only folders on lines below its own. Pure: the table in, text out.
 */
import { type Layer, layers } from "./layers.ts";

/** The rings, from the outside in. */
const rings = ["app", "adapters", "pool", "core"];

const ringWidth = 11;
const lineWidthMax = 96;

export function drawLayers(table: readonly Layer[]): string {
  const heights = heightsOf(table);
  const lines = rings.flatMap((ring) => drawRing(ring, heights));
  return `${lines.join("\n")}\n`;
}

/** How far above the floor a folder stands: one higher than the highest that it imports. */
function heightsOf(table: readonly Layer[]): ReadonlyMap<string, number> {
  const heights = new Map<string, number>();
  // A row names only rows above it, so all it names have their height already.
  for (const [folder, mayImport] of table) {
    const below = mayImport.map((name) => heights.get(name) ?? 0);
    heights.set(folder, 1 + Math.max(0, ...below));
  }
  return heights;
}

/** A line for each height at which the ring has folders, the highest first. */
function drawRing(ring: string, heights: ReadonlyMap<string, number>): readonly string[] {
  const byHeight = new Map<number, string[]>();
  for (const [folder, height] of heights) {
    if (!folder.startsWith(`${ring}/`)) continue;
    byHeight.getOrInsertComputed(height, () => []).push(folder.slice(ring.length + 1));
  }
  const floors = [...byHeight].toSorted(([a], [b]) => b - a).map(([, names]) => names.toSorted());
  const lines = floors.flatMap(breakLine);
  const label = (index: number): string => (index === 0 ? ring : "").padEnd(ringWidth);
  return lines.map((line, index) => `${label(index)}│ ${line}`);
}

/** As many names on a line as fit; what goes on is set in. */
function breakLine(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const name of names) {
    const longer = line === "" ? name : `${line} · ${name}`;
    if (longer.length > lineWidthMax - ringWidth && line !== "") {
      lines.push(`${line} ·`);
      line = `  ${name}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

if (import.meta.main) process.stdout.write(drawLayers(layers));
