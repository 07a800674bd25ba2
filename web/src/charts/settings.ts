import type { Axis } from "./envelope";
import { smoothingMax } from "./smoothing";

/** How all charts of a page are drawn. Kept in the URL, so that a link shows what its sender saw. */
export interface ChartSettings {
  axis: Axis;
  /** Weight of the moving average, 0 for none. */
  smoothing: number;
  log: boolean;
  /** The part of the x axis in view; null for all. */
  range: [number, number] | null;
}

const changed = "wh:chart-settings";

export function parseSettings(query: URLSearchParams): ChartSettings {
  const axis = query.get("x");
  const smoothing = Number(query.get("smooth") ?? "0");
  const range = /^(-?\d+)~(-?\d+)$/.exec(query.get("range") ?? "");
  return {
    axis: axis === "wall" || axis === "relative" ? axis : "step",
    smoothing: Number.isFinite(smoothing) ? Math.min(smoothingMax, Math.max(0, smoothing)) : 0,
    log: query.get("log") === "1",
    range: range && Number(range[1]) < Number(range[2]) ? [Number(range[1]), Number(range[2])] : null,
  };
}

/** The query of a page with these settings; what is as from the start is left out. */
export function writeSettings(query: URLSearchParams, settings: ChartSettings): URLSearchParams {
  const written = new URLSearchParams(query);
  const set = (name: string, value: string | null) =>
    value === null ? written.delete(name) : written.set(name, value);
  set("x", settings.axis === "step" ? null : settings.axis);
  set("smooth", settings.smoothing === 0 ? null : String(settings.smoothing));
  set("log", settings.log ? "1" : null);
  set("range", settings.range ? settings.range.join("~") : null);
  return written;
}

let current: ChartSettings | null = null;

export function chartSettings(): ChartSettings {
  return (current ??= parseSettings(new URLSearchParams(location.search)));
}

export function changeSettings(change: Partial<ChartSettings>): void {
  current = { ...chartSettings(), ...change };
  // A range of steps means nothing on another axis.
  if (change.axis) current.range = null;
  const query = writeSettings(new URLSearchParams(location.search), current).toString();
  history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  document.dispatchEvent(new CustomEvent(changed));
}

export function onSettingsChange(action: () => void): () => void {
  document.addEventListener(changed, action);
  return () => document.removeEventListener(changed, action);
}
