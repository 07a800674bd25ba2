import { make } from "../core/dom";
import { formatAgo, formatDuration, formatMoment, formatValue } from "../core/format";
import { drawSparkline } from "../charts/sparkline";
import type { EnvelopeSeries } from "../charts/envelope";
import { sparklines } from "../charts/loader";
import { type Column, isNumber, type PlacedColumn } from "./columns";
import type { RunRow } from "./rows";

const sparkSize = { width: 130, height: 24 };
/** Sparklines kept for scrolling back; 100 bytes each. */
const sparksKeptMax = 20_000;
/** While the table moves nothing is asked for. */
const sparkWaitsMs = 60;

const sparks = new Map<string, EnvelopeSeries | "asked">();

export function renderCell(
  column: PlacedColumn,
  row: RunRow,
  value: string | number | null | undefined,
  withSpark: boolean,
): HTMLElement {
  const cell = make("div", { class: isNumber(column) ? "runs-cell runs-number" : "runs-cell", role: "gridcell" });
  cell.style.width = `${column.width}px`;
  cell.style.transform = `translateX(${column.left}px)`;
  if (value === null || value === undefined || value === "") {
    cell.append(make("span", { class: "quiet" }, "–"));
    return cell;
  }
  if (withSpark && column.kind === "metric") cell.append(sparkCanvas(row.id, column.label));
  const shown = describe(column, value);
  cell.append(make("span", { class: column.kind === "param" ? "text mono" : "text", title: shown.title }, shown.words));
  return cell;
}

export const statusDots: Record<RunRow["status"], string> = {
  Running: "dot dot-live",
  Scheduled: "dot dot-warn",
  Finished: "dot dot-ok",
  Failed: "dot dot-bad",
  Killed: "dot",
};

function describe(column: Column, value: string | number): { words: string; title: string } {
  // JSON has no NaN and no infinity: they come as words.
  if (column.kind === "metric") return { words: formatValue(Number(value)), title: String(value) };
  if (column.id === "attributes.duration") return { words: formatDuration(Number(value)), title: `${value} ms` };
  if (column.id === "attributes.start_time" || column.id === "attributes.end_time") {
    return { words: formatAgo(Number(value), Date.now()), title: formatMoment(Number(value)) };
  }
  return { words: String(value), title: String(value) };
}

function sparkCanvas(run: string, key: string): HTMLCanvasElement {
  const canvas = make("canvas", { class: "spark", "aria-hidden": "true" });
  const known = sparks.get(`${run}\n${key}`);
  if (known && known !== "asked") drawSparkline(canvas, known, sparkSize.width, sparkSize.height);
  else if (!known) setTimeout(() => canvas.isConnected && void loadSpark(run, key, canvas), sparkWaitsMs);
  return canvas;
}

async function loadSpark(run: string, key: string, canvas: HTMLCanvasElement): Promise<void> {
  const name = `${run}\n${key}`;
  if (sparks.size > sparksKeptMax) sparks.clear();
  sparks.set(name, "asked");
  try {
    const spark = await sparklines.ask({ run, key });
    sparks.set(name, spark);
    drawSparkline(canvas, spark, sparkSize.width, sparkSize.height);
  } catch {
    // The value stands beside it; the next time the row comes by it is asked for again.
    sparks.delete(name);
  }
}
