import { formatCount } from "../core/format";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances between ticks of a step axis: whole numbers only. */
export const stepIncrements: number[] = Array.from({ length: 15 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** Distances between ticks of elapsed time: those people count in. */
export const elapsedIncrements: number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((count) => count * day),
];

/** Ticks of a value axis: one unit or exponent for all, and as many decimals as the distance between them needs. */
export function formatTicks(ticks: readonly (number | null)[]): string[] {
  const values = ticks.filter((tick): tick is number => tick !== null);
  const largest = Math.max(...values.map(Math.abs), 0);
  const distance = values.length > 1 ? Math.abs(values[1]! - values[0]!) : largest;
  return ticks.map((tick) => (tick === null ? "" : formatTick(tick, largest, distance)));
}

function formatTick(tick: number, largest: number, distance: number): string {
  if (tick === 0 || Math.abs(tick) < distance * 1e-9) return "0";
  if (largest < 1e-3 || largest >= 1e12) return exponent(tick, distance);
  for (const [limit, unit] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const) {
    if (largest < limit) continue;
    const size = unit === "k" ? 1e3 : limit;
    return `${fixed(tick / size, distance / size)}${unit}`;
  }
  return fixed(tick, distance);
}

/** Each tick of a logarithmic axis speaks for itself: 0.001, 1, 10k. */
export function formatLogTicks(ticks: readonly (number | null)[]): string[] {
  return ticks.map((tick) => {
    if (tick === null) return "";
    const size = Math.abs(tick);
    if (size !== 0 && (size < 1e-3 || size >= 1e9)) return exponent(tick, size);
    return size >= 1e4 ? formatCount(tick) : sign(String(Number(tick.toPrecision(3))));
  });
}

export function formatElapsedTicks(ticks: readonly (number | null)[]): string[] {
  const values = ticks.filter((tick): tick is number => tick !== null);
  const distance = values.length > 1 ? values[1]! - values[0]! : (values[0] ?? 0);
  return ticks.map((tick) => (tick === null ? "" : formatElapsed(tick, distance)));
}

function formatElapsed(tick: number, distance: number): string {
  if (tick === 0) return "0";
  if (distance < second) return `${fixed(tick / second, distance / second)}s`;
  const whole = Math.round(tick / second);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  const parts: string[] = [];
  if (days) parts.push(`${days}d`);
  if (hours && distance < day) parts.push(`${hours}h`);
  if (minutes && distance < hour) parts.push(`${minutes}m`);
  if (whole % 60 && distance < minute) parts.push(`${whole % 60}s`);
  return parts.join(" ") || "0";
}

/** Ticks of wall time: the date where the day changes, else the time as fine as the ticks are apart. */
export function formatTimeTicks(ticks: readonly (number | null)[]): string[] {
  const values = ticks.filter((tick): tick is number => tick !== null);
  const distance = values.length > 1 ? values[1]! - values[0]! : day;
  let previousDay = "";
  return ticks.map((tick) => {
    if (tick === null) return "";
    const date = new Date(tick);
    const two = (part: number) => String(part).padStart(2, "0");
    const dayText = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (distance >= 300 * day) return String(date.getFullYear());
    if (distance >= 27 * day) return `${date.getFullYear()}-${two(date.getMonth() + 1)}`;
    if (distance >= day) return dayText;
    const changed = dayText !== previousDay;
    previousDay = dayText;
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    const fine =
      distance < second
        ? `${clock}:${fixed(date.getSeconds() + date.getMilliseconds() / 1000, distance / 1000)}`
        : `${clock}:${two(date.getSeconds())}`;
    return `${distance < minute ? fine : clock}${changed ? `\n${dayText}` : ""}`;
  });
}

function exponent(value: number, distance: number): string {
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const digits = Math.max(0, Math.min(4, power - Math.floor(Math.log10(distance) + 1e-9)));
  const mantissa = (value / 10 ** power).toFixed(digits);
  return sign(`${mantissa}e${power}`, true);
}

function fixed(value: number, distance: number): string {
  const digits = distance <= 0 ? 0 : Math.max(0, Math.min(10, -Math.floor(Math.log10(distance) + 1e-9)));
  // 0.25 apart needs two digits where 0.2 apart needs one.
  const needsMore = digits < 10 && Math.abs(distance * 10 ** digits - Math.round(distance * 10 ** digits)) > 1e-6;
  return sign(value.toFixed(digits + (needsMore ? 1 : 0)));
}

function sign(written: string, hasExponent = false): string {
  if (!hasExponent) return written.replace("-", "−");
  return written.startsWith("-") ? `−${written.slice(1)}` : written;
}
