import { icon, make, oncePerFrame, readJson } from "../core/dom";
import { formatValue } from "../core/format";
import { text } from "../core/page";
import { onThemeChange, seriesClass } from "./colors";
import type { Envelope } from "./envelope";
import { type ChartHead, chartHead } from "./chart-head";
import { envelopes, type SeriesName } from "./loader";
import { buildChart, type DrawnChart } from "./model";
import { Plot } from "./plot";
import { changeSettings, chartSettings, onSettingsChange } from "./settings";
import { hideTip, showTip, toCsv } from "./tip";
import warnIcon from "../../icons/warn.svg";

interface ChartSeries extends SeriesName {
  name: string;
  /** 1 for the first of the page's series colours. */
  color: number;
}

const bucketsMin = 240;
const bucketsMax = 2048;
/** Between two loadings of live points: faster than a reader sees, slower than a server minds. */
const liveIntervalMs = 400;

/**
 * <wh-chart name="loss" series='[{"run":"…","key":"loss","name":"amber-otter","color":1}]'>. Draws the exact minimum and
 * maximum of what was logged at any zoom. Loads when it comes into sight, together with all others that do.
 */
export class ChartElement extends HTMLElement {
  private series: ChartSeries[] = [];
  private head: ChartHead | null = null;
  private readonly plotHolder = make("div", { class: "chart-plot" });
  private readonly legend = make("div", { class: "chart-legend" });
  private plot: Plot | null = null;
  private chart: DrawnChart | null = null;
  private drawnKind = "";
  private ownLog: boolean | null = null;
  private range: [number, number] | null = null;
  private visible = false;
  private stale = true;
  private loading = 0;
  private lastLoadedAt = 0;
  private liveTimer = 0;
  private undo: (() => void)[] = [];

  connectedCallback(): void {
    this.series = readJson<ChartSeries[]>(this, "series", []);
    this.range = chartSettings().range;
    this.head = chartHead(this.getAttribute("name") ?? this.series[0]?.key ?? "", {
      log: () => this.toggleLog(),
      full: () => this.toggleFull(),
      reset: () => this.zoom(null),
      everywhere: () => changeSettings({ range: this.range }),
      csv: () => this.chart && this.save(new Blob([toCsv(this.chart, this.series)], { type: "text/csv" }), "csv"),
      png: () => this.plot?.canvas.toBlob((image) => image && this.save(image, "png")),
      link: () => this.link(),
    });
    this.replaceChildren(this.head.root, this.plotHolder, this.legend);
    this.drawLegend();
    watchSight.observe(this);
    const resized = new ResizeObserver(oncePerFrame(() => this.plot?.resize()));
    resized.observe(this.plotHolder);
    this.plotHolder.addEventListener("mouseleave", hideTip);
    this.undo = [
      () => resized.disconnect(),
      () => watchSight.unobserve(this),
      onThemeChange(() => this.redraw(true)),
      onSettingsChange(() => this.settingsChanged()),
      listen(document, "wh:metrics", (event) =>
        this.pointsArrived((event as CustomEvent<{ run: string; keys: string[] }>).detail),
      ),
      listen(
        document,
        "keydown",
        (event) =>
          (event as KeyboardEvent).key === "Escape" && this.classList.contains("chart-full") && this.toggleFull(),
      ),
    ];
  }

  disconnectedCallback(): void {
    for (const action of this.undo) action();
    clearTimeout(this.liveTimer);
    this.plot?.destroy();
    this.plot = null;
  }

  /** Called when the chart comes into sight or leaves it. */
  sighted(visible: boolean): void {
    this.visible = visible;
    if (visible && this.stale) void this.load();
  }

  private async load(): Promise<void> {
    if (this.series.length === 0) return this.message(text("chart.empty"));
    if (!this.visible) {
      this.stale = true;
      return;
    }
    this.stale = false;
    const turn = ++this.loading;
    this.classList.add("chart-loading");
    try {
      const envelope = await envelopes.ask({
        series: this.series.map(({ run, key }) => ({ run, key })),
        axis: chartSettings().axis,
        from: this.range ? Math.floor(this.range[0]) : null,
        to: this.range ? Math.ceil(this.range[1]) : null,
        buckets: this.bucketCount(),
      });
      // An answer that a newer question has overtaken is thrown away.
      if (turn === this.loading && this.isConnected) this.show(envelope);
    } catch (reason) {
      if (turn === this.loading) this.failed(reason);
    } finally {
      if (turn === this.loading) {
        this.classList.remove("chart-loading");
        this.lastLoadedAt = performance.now();
      }
    }
  }

  private show(envelope: Envelope): void {
    this.chart = buildChart(envelope, chartSettings().smoothing);
    this.head?.describe(envelope, this.range !== null, this.log);
    this.setAttribute("aria-label", this.describe(envelope));
    if (envelope.series.every((series) => series.points === 0)) return this.message(text("chart.empty"));
    this.redraw(false);
  }

  private redraw(anew: boolean): void {
    if (!this.chart) return;
    // What only a new plot can change: the kind of the axes. A logarithmic axis also depends on the values' signs.
    const positive = this.chart.series.every(({ source }) => !(source.min <= 0));
    const kind = `${this.chart.envelope.axis} ${this.log} ${this.log && positive}`;
    const shown = this.series.map((_, i) => this.plot?.isShown(i) ?? true);
    if (this.plot && !anew && kind === this.drawnKind) return this.plot.update(this.chart, this.range);
    this.plot?.destroy();
    this.plotHolder.replaceChildren();
    this.drawnKind = kind;
    this.plot = new Plot(
      this.plotHolder,
      this.chart,
      {
        axis: this.chart.envelope.axis,
        log: this.log,
        range: this.range,
        colors: this.series.map((series) => series.color),
      },
      {
        zoom: (from, to) => this.zoom([from, to]),
        resetZoom: () => this.zoom(null),
        hover: (index, near) => this.hover(index, near),
      },
    );
    shown.forEach((visible, i) => visible || this.plot?.show(i, false));
  }

  private hover(index: number | null, near: number | null): void {
    if (index === null || !this.chart || !this.plot) return hideTip();
    showTip(this.chart, this.series, (i) => this.plot!.isShown(i), index, near, this.plot.cursor);
  }

  private zoom(range: [number, number] | null): void {
    hideTip();
    this.range = range;
    // The old points are shown in the new range at once; the exact ones follow.
    if (this.chart) this.plot?.update(this.chart, range);
    void this.load();
  }

  private settingsChanged(): void {
    const settings = chartSettings();
    const axisChanged = this.chart !== null && this.chart.envelope.axis !== settings.axis;
    const rangeChanged = settings.range?.join() !== this.range?.join();
    if (rangeChanged && (settings.range || axisChanged)) this.range = settings.range;
    if (axisChanged || rangeChanged) {
      if (axisChanged) this.range = settings.range;
      this.stale = true;
      void this.load();
    } else if (this.chart) {
      this.chart = buildChart(this.chart.envelope, settings.smoothing);
      this.redraw(false);
    }
  }

  private pointsArrived({ run, keys }: { run: string; keys: string[] }): void {
    if (!this.series.some((series) => series.run === run && keys.includes(series.key))) return;
    this.stale = true;
    if (!this.visible || this.liveTimer) return;
    const wait = Math.max(0, liveIntervalMs - (performance.now() - this.lastLoadedAt));
    this.liveTimer = window.setTimeout(() => {
      this.liveTimer = 0;
      void this.load();
    }, wait);
  }

  private toggleLog(): void {
    this.ownLog = !this.log;
    this.redraw(true);
    if (this.chart) this.head?.describe(this.chart.envelope, this.range !== null, this.log);
  }

  private toggleFull(): void {
    const full = this.classList.toggle("chart-full");
    this.plot?.resize();
    if (full) void this.load();
  }

  private get log(): boolean {
    return this.ownLog ?? chartSettings().log;
  }

  private bucketCount(): number {
    const columns = Math.round((this.plotHolder.clientWidth * Math.min(devicePixelRatio, 2)) / 60) * 60;
    return Math.min(bucketsMax, Math.max(bucketsMin, columns));
  }

  private drawLegend(): void {
    const single = this.series.length === 1;
    // One line needs no telling apart.
    this.legend.hidden = single;
    this.legend.replaceChildren(
      ...this.series.map((series, i) => {
        const item = make(
          "button",
          { type: "button", "aria-pressed": "true", title: series.name },
          make("span", { class: `swatch ${seriesClass(series.color)}${series.color > 8 ? " dashed" : ""}` }),
          make("span", { class: "clip" }, series.name),
        );
        item.addEventListener("click", () => {
          const shown = !this.plot?.isShown(i);
          this.plot?.show(i, shown);
          item.setAttribute("aria-pressed", String(shown));
        });
        item.addEventListener("mouseenter", () => !single && this.plot?.focus(i));
        item.addEventListener("mouseleave", () => !single && this.plot?.focus(null));
        return item;
      }),
    );
  }

  private describe(envelope: Envelope): string {
    const parts = envelope.series.map(
      (series, i) =>
        `${this.series[i]?.name ?? ""}: ${formatValue(series.last)} (${formatValue(series.min)} … ${formatValue(series.max)})`,
    );
    return `${this.getAttribute("name") ?? ""}. ${parts.slice(0, 12).join("; ")}`;
  }

  private link(): string {
    const query = new URLSearchParams(location.search);
    if (this.range) query.set("range", this.range.map(Math.round).join("~"));
    return `${location.origin}${location.pathname}?${query}`;
  }

  private save(content: Blob, extension: string): void {
    const name = (this.getAttribute("name") ?? "chart").replace(/[^\w.-]+/g, "_");
    const link = make("a", { href: URL.createObjectURL(content), download: `${name}.${extension}` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  private message(words: string, ...more: Node[]): void {
    this.plot?.destroy();
    this.plot = null;
    this.drawnKind = "";
    this.plotHolder.replaceChildren(make("div", { class: "chart-message" }, words, ...more));
  }

  private failed(reason: unknown): void {
    const again = make(
      "button",
      { class: "button button-small", type: "button", onclick: () => void this.load() },
      text("chart.retry"),
    );
    const detail = reason instanceof Error ? reason.message : String(reason);
    this.message(text("chart.failed"), icon(warnIcon), make("span", { class: "wrap" }, detail), again);
  }
}

const watchSight = new (
  typeof IntersectionObserver === "undefined"
    ? class {
        observe() {}
        unobserve() {}
      }
    : IntersectionObserver
)(
  (entries: IntersectionObserverEntry[]) => {
    for (const entry of entries) (entry.target as ChartElement).sighted(entry.isIntersecting);
  },
  { rootMargin: "120px" },
);

function listen(target: EventTarget, name: string, action: (event: Event) => void): () => void {
  target.addEventListener(name, action);
  return () => target.removeEventListener(name, action);
}
