import { page, text } from "./page";

/** A value as people compare it: six significant digits, no trailing zeros, exponents only where zeros would drown it. */
export function formatValue(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return tidyExponent(value.toExponential(4));
  if (Number.isInteger(value)) return formatWhole(value);
  return minus(String(Number(value.toPrecision(6))));
}

/** A whole number with all its digits, in groups of three. */
export function formatWhole(value: number): string {
  return minus(value.toLocaleString("en-US").replace(/,/g, "\u202f"));
}

/** 12 345 678 as 12.3M: for counts where the order matters and not the last digit. */
export function formatCount(value: number): string {
  const size = Math.abs(value);
  for (const [limit, unit] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const) {
    if (size < limit) continue;
    const scaled = value / (unit === "k" ? 1e3 : limit);
    return `${Number(scaled.toPrecision(3))}${unit}`;
  }
  return formatWhole(value);
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let index = 0;
  let value = bytes;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index++;
  }
  return `${index === 0 ? value : Number(value.toPrecision(3))} ${units[index]}`;
}

/** The two largest parts: "2d 4h", "3m 05s", "820ms". */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "–";
  if (milliseconds < 0) return `−${formatDuration(-milliseconds)}`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 59_950) return `${Number((milliseconds / 1000).toFixed(1))}s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** "3 minutes ago" in the page's language. */
export function formatAgo(then: number, now: number): string {
  const seconds = (then - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) return text("now");
  const relative = new Intl.RelativeTimeFormat(page.language, { numeric: "auto" });
  const steps: [number, number, Intl.RelativeTimeFormatUnit][] = [
    [60, 1, "second"],
    [3600, 60, "minute"],
    [86_400, 3600, "hour"],
    [30 * 86_400, 86_400, "day"],
    [365 * 86_400, 30 * 86_400, "month"],
    [Infinity, 365 * 86_400, "year"],
  ];
  const [, unitSeconds, unit] = steps.find(([limit]) => size < limit)!;
  return relative.format(Math.trunc(seconds / unitSeconds), unit);
}

/** Date and time in the visitor's own zone, to the second, without the day's name. */
export function formatMoment(time: number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function tidyExponent(written: string): string {
  const [digits, exponent] = written.split("e") as [string, string];
  return minus(`${Number(digits)}e${exponent.replace("+", "")}`);
}

/** A true minus sign is as wide as a digit. */
function minus(written: string): string {
  return written.replace("-", "−").replace("e−", "e-");
}
