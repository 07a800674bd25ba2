import { bucketX, type Envelope, type EnvelopeSeries } from "./envelope";
import { smooth } from "./smoothing";

/** One series as the plot draws it: parallel arrays over the buckets that hold points. */
export interface DrawnSeries {
  source: EnvelopeSeries;
  xs: Float64Array;
  /** Means, smoothed when smoothing is on; what the line shows. */
  line: Float64Array;
  /** Some bucket spans more than one value, so there is a band to draw. */
  hasBand: boolean;
}

export interface DrawnChart {
  envelope: Envelope;
  smoothed: boolean;
  series: DrawnSeries[];
  /** x of every bucket in which at least one series has a point, ascending. */
  xs: number[];
  /** For the plot: xs, then each series' line on those xs, null where it has no point. */
  columns: [number[], ...(number | null)[][]];
}

export function buildChart(envelope: Envelope, smoothing: number): DrawnChart {
  const series = envelope.series.map((source) => drawSeries(envelope, source, smoothing));
  const used = new Uint8Array(envelope.bucketCount);
  for (const { source } of series) for (const bucket of source.buckets) used[bucket] = 1;
  const position = new Int32Array(envelope.bucketCount);
  const xs: number[] = [];
  for (let bucket = 0; bucket < envelope.bucketCount; bucket++) {
    if (!used[bucket]) continue;
    position[bucket] = xs.length;
    xs.push(bucketX(envelope, bucket));
  }
  const lines = series.map(({ source, line }) => {
    const column = new Array<number | null>(xs.length).fill(null);
    source.buckets.forEach((bucket, i) => {
      if (Number.isFinite(line[i])) column[position[bucket]!] = line[i]!;
    });
    return column;
  });
  return { envelope, smoothed: smoothing > 0, series, xs, columns: [xs, ...lines] };
}

function drawSeries(envelope: Envelope, source: EnvelopeSeries, smoothing: number): DrawnSeries {
  const xs = Float64Array.from(source.buckets, (bucket) => bucketX(envelope, bucket));
  let hasBand = false;
  for (let i = 0; i < source.mins.length && !hasBand; i++) hasBand = source.mins[i] !== source.maxs[i];
  return { source, xs, line: smooth(source.means, smoothing), hasBand };
}

/** The least and greatest finite value in view, over the bands of the series that are shown. */
export function valueRange(
  chart: DrawnChart,
  shown: (series: number) => boolean,
  from: number,
  to: number,
  positiveOnly = false,
): [number, number] | null {
  let least = Infinity;
  let greatest = -Infinity;
  chart.series.forEach(({ source, xs }, index) => {
    if (!shown(index)) return;
    for (let i = 0; i < xs.length; i++) {
      if (xs[i]! < from || xs[i]! > to) continue;
      const min = source.mins[i]!;
      const max = source.maxs[i]!;
      if (Number.isFinite(min) && min < least && (!positiveOnly || min > 0)) least = min;
      if (Number.isFinite(max) && max > greatest) greatest = max;
      if (Number.isFinite(max) && max < least && (!positiveOnly || max > 0)) least = max;
      if (Number.isFinite(min) && min > greatest) greatest = min;
    }
  });
  return least <= greatest ? [least, greatest] : null;
}

/** Room above and below, so that no line runs along the edge; a flat line lies in the middle. */
export function padRange([least, greatest]: [number, number]): [number, number] {
  if (least === greatest) {
    const room = least === 0 ? 1 : Math.abs(least) * 0.1;
    return [least - room, greatest + room];
  }
  const room = (greatest - least) * 0.06;
  // Values that never go below zero do not get an axis that does.
  const bottom = least >= 0 && least - room < 0 ? 0 : least - room;
  return [bottom, greatest + room];
}
