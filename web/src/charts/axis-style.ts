import type uPlot from "uplot";
import { tokenColor } from "./colors";

/** Axes in the page's own type and colours; asked anew at each drawing, so a change of theme needs only a redraw. */
export function axisStyle(holder: HTMLElement): uPlot.Axis {
  const family = getComputedStyle(holder).fontFamily;
  const line = () => tokenColor("line-soft");
  return {
    stroke: () => tokenColor("text-quiet"),
    font: `11px ${family}`,
    gap: 4,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    border: { show: true, stroke: () => tokenColor("line"), width: 1 },
  };
}
