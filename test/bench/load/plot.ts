import type { Moment } from "#adapters/sim/load";
import type { ShownRun } from "./table.ts";

/** Sizes in pixels. */
const panel = { width: 560, height: 120, left: 44, gap: 44, top: 56 } as const;

/** A line of a panel: what it shows of a second, and how it is drawn. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly of: (run: ShownRun) => readonly number[];
}

const each = (of: (moment: Moment) => number, moments: readonly Moment[]): readonly number[] =>
  moments.map(of);

const lines: readonly Line[] = [
  {
    name: "optimum",
    colour: "#9a9a9a",
    of: ({ comparison }) => each(({ optimum }) => optimum, comparison.noos.timeline.moments),
  },
  {
    name: "Knative",
    colour: "#d1495b",
    of: ({ comparison }) => each(({ instances }) => instances, comparison.knative.timeline.moments),
  },
  {
    name: "noos",
    colour: "#00798c",
    of: ({ comparison }) => each(({ instances }) => instances, comparison.noos.timeline.moments),
  },
];

/** Instances over time, one panel for each shape: of noos, of Knative, and of the optimum. */
export function plotOf(runs: readonly ShownRun[]): string {
  const width = panel.left + panel.width + 20;
  const height = panel.top + runs.length * (panel.height + panel.gap);
  const legend = lines.map(({ name, colour }, index) => {
    const x = panel.left + index * 110;
    return `<path d="M${x} 18h24" stroke="${colour}"/>${text(x + 30, 22, name)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" `,
    `font-family="sans-serif" font-size="12" fill="none" stroke-width="1.5">\n`,
    `<rect width="${width}" height="${height}" fill="#fff"/>\n`,
    ...legend,
    text(panel.left + 350, 22, "instances, by seconds"),
    ...runs.map((run, index) => panelOf(run, panel.top + index * (panel.height + panel.gap))),
    "</svg>\n",
  ].join("");
}

function panelOf(run: ShownRun, top: number): string {
  const drawn = lines.map(({ colour, of }) => ({ colour, values: of(run) }));
  const most = Math.max(1, ...drawn.flatMap(({ values }) => values));
  const { seconds, name } = run.scenario;
  const bottom = top + panel.height;
  const paths = drawn.map(
    ({ colour, values }) => `<path d="${pathOf(values, { top, most })}" stroke="${colour}"/>\n`,
  );
  const frame = `M${panel.left} ${top}V${bottom}H${panel.left + panel.width}`;
  return [
    `<path d="${frame}" stroke="#444" stroke-width="1"/>\n`,
    text(panel.left, top - 8, name),
    text(panel.left - 8, top + 10, String(Math.round(most)), "end"),
    text(panel.left - 8, bottom, "0", "end"),
    text(panel.left + panel.width, bottom + 15, `${seconds} s`, "end"),
    ...paths,
  ].join("");
}

function pathOf(
  values: readonly number[],
  { top, most }: { readonly top: number; readonly most: number },
): string {
  const points = values.map((value, index) => {
    const x = panel.left + ((index + 0.5) / values.length) * panel.width;
    const y = top + panel.height * (1 - value / most);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

function text(x: number, y: number, words: string, anchor: "start" | "end" = "start"): string {
  return `<text x="${x}" y="${y}" fill="#222" text-anchor="${anchor}">${words}</text>\n`;
}
