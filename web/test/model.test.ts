import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEnvelope } from "../src/charts/envelope";
import { buildChart, padRange, valueRange } from "../src/charts/model";
import { parseSettings, writeSettings } from "../src/charts/settings";
import { encodeEnvelope } from "./encode";

const envelope = decodeEnvelope(
  encodeEnvelope({
    origin: 0,
    width: 8,
    bucketCount: 100,
    series: [{ buckets: { 0: [1, 9, 4], 50: [-3, 2, 0] } }, { buckets: { 50: [5, 5, 5], 99: [6, 100, 7] } }],
  }),
);

test("the columns hold the union of buckets, with gaps where a series has none", () => {
  const chart = buildChart(envelope, 0);
  assert.deepEqual(chart.columns, [
    [4, 404, 796],
    [4, 0, null],
    [null, 5, 7],
  ]);
  assert.deepEqual(
    chart.series.map((series) => series.hasBand),
    [true, true],
  );
});

test("the value axis reaches every extreme in view, also those that smoothing hides", () => {
  const chart = buildChart(envelope, 0.9);
  assert.deepEqual(
    valueRange(chart, () => true, -Infinity, Infinity),
    [-3, 100],
  );
  assert.deepEqual(
    valueRange(chart, () => true, 0, 500),
    [-3, 9],
  );
  assert.deepEqual(
    valueRange(chart, (series) => series === 1, -Infinity, Infinity),
    [5, 100],
  );
  assert.deepEqual(
    valueRange(chart, () => true, -Infinity, Infinity, true),
    [1, 100],
  );
  assert.equal(
    valueRange(chart, () => false, -Infinity, Infinity),
    null,
  );
});

test("an axis leaves room, and does not go below zero for values that do not", () => {
  assert.deepEqual(padRange([0, 100]), [0, 106]);
  assert.deepEqual(padRange([5, 5]), [4.5, 5.5]);
  assert.deepEqual(padRange([0, 0]), [-1, 1]);
});

test("settings come back from the URL they were written to, and defaults leave no trace", () => {
  const settings = { axis: "wall" as const, smoothing: 0.6, log: true, range: [-5, 900] as [number, number] };
  const query = writeSettings(new URLSearchParams("tab=metrics"), settings);
  assert.equal(query.toString(), "tab=metrics&x=wall&smooth=0.6&log=1&range=-5%7E900");
  assert.deepEqual(parseSettings(query), settings);
  assert.equal(writeSettings(query, { axis: "step", smoothing: 0, log: false, range: null }).toString(), "tab=metrics");
});

test("nonsense in the URL is taken for the default", () => {
  const settings = parseSettings(new URLSearchParams("x=moon&smooth=abc&range=9~1&log=yes"));
  assert.deepEqual(settings, { axis: "step", smoothing: 0, log: false, range: null });
  assert.equal(parseSettings(new URLSearchParams("smooth=7")).smoothing, 0.995);
});
