import { onThemeChange, tokenColor } from "./colors";
import type { EnvelopeSeries } from "./envelope";
import { sparklines } from "./loader";

/** Draws the shape of a series into a small canvas: the band of its extremes, the line of its means, a dot where it ends. One point
 * has no shape; its value stands beside the canvas. */
export function drawSparkline(canvas: HTMLCanvasElement, series: EnvelopeSeries, width: number, height: number): void {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  const count = series.buckets.length;
  if (!context || count < 2) return;
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(series.mins[i])) least = Math.min(least, series.mins[i]!);
    if (Number.isFinite(series.maxs[i])) greatest = Math.max(greatest, series.maxs[i]!);
  }
  if (least > greatest) return;
  const room = 3;
  const first = series.buckets[0]!;
  const span = Math.max(1, series.buckets[count - 1]! - first);
  const x = (i: number) => room + ((series.buckets[i]! - first) / span) * (width - 2 * room);
  const y = (value: number) => {
    const clamped = Math.min(greatest, Math.max(least, Number.isNaN(value) ? least : value));
    return greatest === least
      ? height / 2
      : height - room - ((clamped - least) / (greatest - least)) * (height - 2 * room);
  };
  context.scale(ratio, ratio);
  const color = tokenColor("accent");
  context.strokeStyle = context.fillStyle = color;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < count; i++) context.lineTo(x(i), y(series.maxs[i]!));
  for (let i = count - 1; i >= 0; i--) context.lineTo(x(i), y(series.mins[i]!));
  context.closePath();
  context.globalAlpha = 0.22;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.25;
  context.beginPath();
  for (let i = 0; i < count; i++) context.lineTo(x(i), y(series.means[i]!));
  context.stroke();
  context.beginPath();
  context.arc(x(count - 1), y(series.means[count - 1]!), 1.75, 0, 2 * Math.PI);
  context.fill();
}

/** <wh-sparkline run="…" key="loss">: loads with all others of the page that are in sight. */
export class SparklineElement extends HTMLElement {
  private stop = () => {};
  private loaded: EnvelopeSeries | null = null;

  connectedCallback(): void {
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      sight.disconnect();
      void this.load();
    });
    sight.observe(this);
    const stopTheme = onThemeChange(() => this.draw());
    this.stop = () => (sight.disconnect(), stopTheme());
  }

  disconnectedCallback(): void {
    this.stop();
  }

  private async load(): Promise<void> {
    try {
      this.loaded = await sparklines.ask({ run: this.getAttribute("run") ?? "", key: this.getAttribute("key") ?? "" });
      this.draw();
    } catch {
      // A missing sparkline is an empty place; the value beside it is what counts.
    }
  }

  private draw(): void {
    if (!this.loaded) return;
    const canvas = this.querySelector("canvas") ?? this.appendChild(document.createElement("canvas"));
    canvas.className = "spark";
    drawSparkline(canvas, this.loaded, this.clientWidth || 130, this.clientHeight || 24);
  }
}
