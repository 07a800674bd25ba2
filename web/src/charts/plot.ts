import uPlot from "uplot";
import { axisStyle } from "./axis-style";
import { seriesStyle, tokenColor } from "./colors";
import type { Axis } from "./envelope";
import { type BandStyle, paintBands } from "./bands";
import { type DrawnChart, padRange, valueRange } from "./model";
import {
  elapsedIncrements,
  formatElapsedTicks,
  formatLogTicks,
  formatTicks,
  formatTimeTicks,
  stepIncrements,
} from "./ticks";

export interface PlotEvents {
  zoom(from: number, to: number): void;
  resetZoom(): void;
  /** The cursor is over a bucket: its place in the columns, and the nearest series or null. */
  hover(index: number | null, near: number | null): void;
}

export interface PlotOptions {
  axis: Axis;
  log: boolean;
  range: [number, number] | null;
  colors: number[];
}

/** Nearest-series highlighting redraws the plot: beyond so many series that would be felt under the cursor. */
const highlightSeriesMax = 40;
const focusAlpha = 0.2;

/** uPlot, with bands below its lines. Rebuilt when the kind of an axis changes, fed otherwise. */
export class Plot {
  private readonly plot: uPlot;
  private near: number | null = null;

  constructor(
    private readonly holder: HTMLElement,
    private chart: DrawnChart,
    private options: PlotOptions,
    private readonly events: PlotEvents,
  ) {
    this.plot = new uPlot(this.describe(), chart.columns as uPlot.AlignedData, holder);
  }

  update(chart: DrawnChart, range: [number, number] | null): void {
    this.chart = chart;
    this.options = { ...this.options, range };
    this.plot.setData(chart.columns as uPlot.AlignedData, true);
  }

  resize(): void {
    const { width, height } = sizeOf(this.holder);
    if (width > 0 && height > 0 && (width !== this.plot.width || height !== this.plot.height))
      this.plot.setSize({ width, height });
  }

  show(series: number, shown: boolean): void {
    this.plot.setSeries(series + 1, { show: shown });
  }

  isShown(series: number): boolean {
    return this.plot.series[series + 1]?.show !== false;
  }

  focus(series: number | null): void {
    this.near = series;
    this.plot.setSeries(series === null ? (null as never) : series + 1, { focus: true });
  }

  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  /** Where the plot's cursor is, in the window. */
  get cursor(): { x: number; y: number } {
    const box = this.plot.over.getBoundingClientRect();
    return { x: box.left + (this.plot.cursor.left ?? 0), y: box.top + (this.plot.cursor.top ?? 0) };
  }

  destroy(): void {
    this.plot.destroy();
  }

  private describe(): uPlot.Options {
    const { axis, colors } = this.options;
    const highlight = colors.length > 1 && colors.length <= highlightSeriesMax;
    return {
      ...sizeOf(this.holder),
      ms: 1,
      padding: [10, 18, 0, 0],
      legend: { show: false },
      focus: { alpha: highlight ? focusAlpha : 1 },
      cursor: {
        y: false,
        points: { size: 7, width: 2, fill: (_, index) => this.colorOf(index - 1), stroke: () => tokenColor("surface") },
        focus: { prox: highlight ? 20 : -1 },
        drag: { x: true, y: false, setScale: false, dist: 5 },
        sync: {
          key: `wh-${axis}`,
          setSeries: false,
          scales: ["x", null],
          // Charts share where the cursor is, not what is dragged or clicked.
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave", sub: () => true },
        },
        bind: { dblclick: () => () => (this.events.resetZoom(), null) },
      },
      scales: { x: { time: axis === "wall", range: () => this.xRange() }, y: this.describeY() },
      axes: this.describeAxes(),
      series: [{}, ...colors.map((color) => this.describeSeries(color))],
      hooks: {
        drawAxes: [(plot) => paintBands(plot, this.chart, (series) => this.bandStyle(series))],
        setSelect: [(plot) => this.selected(plot)],
        setCursor: [(plot) => this.moved(plot)],
        setSeries: [(_, index, change) => this.focused(index, change)],
      },
    };
  }

  private describeSeries(color: number): uPlot.Series {
    const style = seriesStyle(color);
    return {
      stroke: () => seriesStyle(color).color,
      width: 1.5,
      dash: style.dash,
      spanGaps: true,
      points: {
        size: 5,
        fill: () => seriesStyle(color).color,
        // Points where each can be told from the next.
        show: (plot, _, first, last) => last - first < plot.bbox.width / devicePixelRatio / 14,
      },
    };
  }

  private describeY(): uPlot.Scale {
    if (!this.options.log) return { range: () => padRange(this.values() ?? [0, 1]) };
    if (this.values()?.[0] !== undefined && this.values()![0] <= 0) {
      // Not all values are positive: linear around zero, logarithmic beyond the smallest positive one.
      const smallest = valueRange(this.chart, () => true, -Infinity, Infinity, true)?.[0] ?? 1;
      return { distr: 4, asinh: Math.max(Math.abs(smallest), 1e-9), range: () => padRange(this.values() ?? [0, 1]) };
    }
    return {
      distr: 3,
      log: 10,
      range: () => {
        const [least, greatest] = this.values() ?? [0.1, 1];
        return uPlot.rangeLog(least, greatest, 10, false) as [number, number];
      },
    };
  }

  private describeAxes(): uPlot.Axis[] {
    const { axis, log } = this.options;
    const style = axisStyle(this.holder);
    const xValues = axis === "wall" ? formatTimeTicks : axis === "relative" ? formatElapsedTicks : formatTicks;
    const x: uPlot.Axis = {
      ...style,
      size: axis === "wall" ? 38 : 26,
      space: 64,
      values: (_, ticks) => xValues(ticks),
    };
    if (axis === "step") x.incrs = stepIncrements;
    if (axis === "relative") x.incrs = elapsedIncrements;
    const y: uPlot.Axis = {
      ...style,
      space: 32,
      size: (_, values) => 14 + 6.6 * Math.max(3, ...(values ?? []).map((value) => value?.length ?? 0)),
      values: (_, ticks) => (log ? formatLogTicks(ticks) : formatTicks(ticks)),
    };
    return [x, y];
  }

  private xRange(): [number, number] {
    if (this.options.range) return this.options.range;
    const { xs } = this.chart;
    if (xs.length === 0) return [0, 1];
    const [first, last] = [xs[0]!, xs[xs.length - 1]!];
    return first === last ? [first - 1, last + 1] : [first, last];
  }

  private values(): [number, number] | null {
    const [from, to] = this.xRange();
    return valueRange(this.chart, (series) => !this.plot || this.isShown(series), from, to);
  }

  private bandStyle(series: number): BandStyle {
    const focused = this.near === null || this.near === series || this.options.colors.length > highlightSeriesMax;
    return { color: this.colorOf(series), alpha: focused ? 1 : focusAlpha, shown: this.isShown(series) };
  }

  private colorOf(series: number): string {
    return seriesStyle(this.options.colors[series] ?? series + 1).color;
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 5) return;
    const from = plot.posToVal(left, "x");
    const to = plot.posToVal(left + width, "x");
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.zoom(from, to);
  }

  private moved(plot: uPlot): void {
    // Without an event the cursor is another chart's, shown here by the sync.
    const own = plot.cursor.event !== null && plot.cursor.event !== undefined && plot.over.matches(":hover");
    this.events.hover(own ? (plot.cursor.idx ?? null) : null, this.near);
  }

  private focused(index: number | null, change: uPlot.Series): void {
    if (!("focus" in change)) return;
    this.near = index === null ? null : index - 1;
    if (this.plot?.over.matches(":hover")) this.events.hover(this.plot.cursor.idx ?? null, this.near);
  }
}

function sizeOf(holder: HTMLElement): { width: number; height: number } {
  return { width: Math.floor(holder.clientWidth), height: Math.floor(holder.clientHeight) };
}
