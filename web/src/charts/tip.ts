import { make } from "../core/dom";
import { formatDuration, formatMoment, formatValue } from "../core/format";
import { text } from "../core/page";
import { seriesClass } from "./colors";
import { type Axis, bucketX } from "./envelope";
import type { DrawnChart } from "./model";

const rowsMax = 10;

export interface TipSeries {
  name: string;
  color: number;
}

let tip: HTMLElement | null = null;

/** What the cursor is over: the x, and each series' value there, nearest first where one is near. */
export function showTip(
  chart: DrawnChart,
  series: TipSeries[],
  shown: (series: number) => boolean,
  index: number,
  near: number | null,
  place: { x: number; y: number },
): void {
  const x = chart.xs[index];
  if (x === undefined) return hideTip();
  const rows = chart.series
    .map((drawn, i) => ({ i, drawn, at: drawn.xs.indexOf(x) }))
    .filter(({ i, at }) => at >= 0 && shown(i))
    .sort((a, b) => Number(b.i === near) - Number(a.i === near) || b.drawn.line[b.at]! - a.drawn.line[a.at]!);
  tip ??= document.body.appendChild(make("div", { class: "tooltip chart-tip", role: "tooltip" }));
  tip.hidden = rows.length === 0;
  tip.replaceChildren(
    make("div", { class: "chart-tip-x" }, describeX(chart, x)),
    ...rows.slice(0, rowsMax).map(({ i, drawn, at }) => {
      const { mins, maxs } = drawn.source;
      const range = mins[at] === maxs[at] ? "" : `${formatValue(mins[at])} … ${formatValue(maxs[at])}`;
      return make(
        "div",
        { class: i === near ? "chart-tip-row near" : "chart-tip-row" },
        make("span", { class: `swatch ${seriesClass(series[i]!.color)}` }),
        make("span", { class: "clip" }, series[i]!.name),
        make("span", {}, formatValue(drawn.line[at])),
        make("span", { class: "range" }, range),
      );
    }),
    (rows.length > rowsMax && make("div", { class: "quiet" }, text("chart.more", { count: rows.length - rowsMax }))) ||
      "",
  );
  placeTip(tip, place);
}

export function hideTip(): void {
  if (tip) tip.hidden = true;
}

function placeTip(element: HTMLElement, { x, y }: { x: number; y: number }): void {
  const distance = 14;
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = x + distance + width > innerWidth ? x - distance - width : x + distance;
  const top = Math.min(Math.max(8, y - height / 2), innerHeight - height - 8);
  element.style.translate = `${Math.max(4, left)}px ${top}px`;
}

function describeX({ envelope }: DrawnChart, x: number): string {
  const { axis, width } = envelope;
  if (width === 1 || axis !== "step") return formatX(axis, x);
  const first = x - width / 2;
  return text("chart.steps", { from: formatValue(first), to: formatValue(first + width - 1) });
}

export function formatX(axis: Axis, x: number): string {
  if (axis === "wall") return formatMoment(x);
  return axis === "relative" ? formatDuration(x) : text("chart.step", { value: formatValue(x) });
}

/** The chart's buckets as CSV: for each series and bucket x, mean, min, max. */
export function toCsv(chart: DrawnChart, series: TipSeries[]): string {
  const quote = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = [`series,${chart.envelope.axis},mean,min,max`];
  chart.series.forEach(({ source }, i) => {
    source.buckets.forEach((bucket, at) => {
      const x = bucketX(chart.envelope, bucket);
      lines.push([quote(series[i]!.name), x, source.means[at], source.mins[at], source.maxs[at]].join(","));
    });
  });
  return `${lines.join("\n")}\n`;
}
