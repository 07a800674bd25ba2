/** Series take the eight colours in turn; from the ninth on the line is dashed, from the seventeenth dotted. */
export interface SeriesStyle {
  color: string;
  dash: number[];
}

const colorCount = 8;
const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3]];

let probe: HTMLElement | null = null;
let cache = new Map<string, string>();

/** A colour token as the canvas needs it. The probe makes the browser resolve light-dark() for us. */
export function tokenColor(name: string): string {
  const known = cache.get(name);
  if (known) return known;
  if (!probe) {
    probe = document.createElement("i");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${name})`;
  const color = getComputedStyle(probe).color;
  cache.set(name, color);
  return color;
}

/** @param index 1 for the first series */
export function seriesStyle(index: number): SeriesStyle {
  return {
    color: tokenColor(`series-${colorNumber(index)}`),
    dash: dashes[Math.floor((index - 1) / colorCount) % dashes.length]!,
  };
}

export function seriesClass(index: number): string {
  return `series-${colorNumber(index)}`;
}

function colorNumber(index: number): number {
  return ((index - 1) % colorCount) + 1;
}

/** Calls back when light changes to dark or back, by the switch or by the system. */
export function onThemeChange(action: () => void): () => void {
  const changed = () => {
    cache = new Map();
    action();
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  document.addEventListener("wh:theme", changed);
  system.addEventListener("change", changed);
  return () => {
    document.removeEventListener("wh:theme", changed);
    system.removeEventListener("change", changed);
  };
}
