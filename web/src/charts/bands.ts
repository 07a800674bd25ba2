import type uPlot from "uplot";
import type { DrawnChart } from "./model";

export interface BandStyle {
  color: string;
  /** 1, or less while another series is in focus. */
  alpha: number;
  shown: boolean;
}

const bandAlpha = 0.18;
const edgeAlpha = 0.4;
const shadowAlpha = 0.32;

/**
 * Paints under the lines what the lines leave out: from the minimum to the maximum of each bucket, with an edge, so that a
 * spike one bucket wide is still a pixel wide; and, under a smoothed line, the line as it was logged.
 */
export function paintBands(plot: uPlot, chart: DrawnChart, style: (series: number) => BandStyle): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  ctx.clip();
  ctx.lineJoin = "round";
  chart.series.forEach((series, index) => {
    const { color, alpha, shown } = style(index);
    if (!shown || series.xs.length === 0) return;
    const xs = Array.from(series.xs, (x) => plot.valToPos(x, "x", true));
    const y = valueToPixel(plot);
    ctx.strokeStyle = ctx.fillStyle = color;
    if (series.hasBand) {
      const band = new Path2D();
      xs.forEach((x, i) =>
        i === 0 ? band.moveTo(x, y(series.source.maxs[i]!)) : band.lineTo(x, y(series.source.maxs[i]!)),
      );
      for (let i = xs.length - 1; i >= 0; i--) band.lineTo(xs[i]!, y(series.source.mins[i]!));
      band.closePath();
      ctx.globalAlpha = bandAlpha * alpha;
      ctx.fill(band);
      ctx.globalAlpha = edgeAlpha * alpha;
      ctx.lineWidth = Math.max(1, ratio * 0.75);
      ctx.stroke(band);
    }
    if (chart.smoothed) {
      ctx.globalAlpha = shadowAlpha * alpha;
      ctx.lineWidth = ratio;
      ctx.beginPath();
      xs.forEach((x, i) => ctx.lineTo(x, y(series.source.means[i]!)));
      ctx.stroke();
    }
  });
  ctx.restore();
}

/** What has no place on the axis, infinite or not positive on a logarithmic one, lies at its edge. */
function valueToPixel(plot: uPlot): (value: number) => number {
  const top = plot.bbox.top;
  const bottom = plot.bbox.top + plot.bbox.height;
  return (value) => {
    const pixel = plot.valToPos(value, "y", true);
    if (Number.isFinite(pixel)) return Math.min(bottom + 4, Math.max(top - 4, pixel));
    return value > 0 ? top : bottom;
  };
}
