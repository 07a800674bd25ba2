import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes, formatCount, formatDuration, formatValue } from "../src/core/format";
import { formatElapsedTicks, formatLogTicks, formatTicks, formatTimeTicks } from "../src/charts/ticks";

test("values keep six digits and use exponents only where zeros would drown them", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [0.1 + 0.2, "0.3"],
    [0.000123456789, "0.000123457"],
    [0.00001, "1e-5"],
    [-0.5, "−0.5"],
    [1234567, "1\u202f234\u202f567"],
    [123456.789, "123457"],
    [1.5e12, "1.5e12"],
    [-2.5e-9, "−2.5e-9"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ];
  for (const [value, expected] of cases) assert.equal(formatValue(value), expected);
  assert.equal(formatValue(null), "–");
});

test("counts, bytes and durations are short", () => {
  assert.deepEqual([999, 9999, 12_345, 2_000_000, 3.21e9].map(formatCount), ["999", "9\u202f999", "12.3k", "2M", "3.21G"]);
  assert.deepEqual([0, 999, 1500, 12_345_678].map(formatBytes), ["0 B", "999 B", "1.5 KB", "12.3 MB"]);
  assert.deepEqual([5, 999.4, 1500, 61_000, 3_725_000, 183_600_000].map(formatDuration), [
    "5ms",
    "999ms",
    "1.5s",
    "1m 01s",
    "1h 02m",
    "2d 03h",
  ]);
});

test("ticks of an axis share unit and decimals", () => {
  assert.deepEqual(formatTicks([0, 0.25, 0.5, 0.75]), ["0", "0.25", "0.50", "0.75"]);
  assert.deepEqual(formatTicks([-0.2, -0.1, 0, 0.1]), ["−0.2", "−0.1", "0", "0.1"]);
  assert.deepEqual(formatTicks([0, 5000, 10000]), ["0", "5k", "10k"]);
  assert.deepEqual(formatTicks([0, 500_000, 1_000_000]), ["0", "0.5M", "1.0M"]);
  assert.deepEqual(formatTicks([1e-5, 2e-5]), ["1e-5", "2e-5"]);
  assert.deepEqual(formatTicks([1.00001, 1.00002]), ["1.00001", "1.00002"]);
  assert.deepEqual(formatTicks([0, null, 10]), ["0", "", "10"]);
});

test("logarithmic ticks speak for themselves", () => {
  assert.deepEqual(formatLogTicks([1e-6, 0.001, 1, 10_000, null, 1e9]), ["1e-6", "0.001", "1", "10k", "", "1e9"]);
});

test("elapsed ticks are said in the units people count in", () => {
  assert.deepEqual(formatElapsedTicks([0, 250, 500]), ["0", "0.25s", "0.50s"]);
  assert.deepEqual(formatElapsedTicks([0, 30_000, 60_000, 90_000]), ["0", "30s", "1m", "1m 30s"]);
  assert.deepEqual(formatElapsedTicks([0, 43_200_000, 86_400_000, 129_600_000]), ["0", "12h", "1d", "1d 12h"]);
});

test("ticks of wall time name the day where it changes", () => {
  const midnight = new Date(2026, 2, 5).getTime();
  const hours = [-2, -1, 0, 1].map((hour) => midnight + hour * 3_600_000);
  assert.deepEqual(formatTimeTicks(hours), ["22:00\n03-04", "23:00", "00:00\n03-05", "01:00"]);
});
