import assert from "node:assert/strict";
import { test } from "node:test";
import { positionOf, smooth, weightOf } from "../src/charts/smoothing";

test("no weight leaves the values as they are", () => {
  assert.deepEqual([...smooth([3, 1, 2], 0)], [3, 1, 2]);
});

test("the average is debiased: it starts at the first value and a constant stays constant", () => {
  assert.equal(smooth([10, 0], 0.9)[0], 10);
  for (const value of smooth(new Array(50).fill(7), 0.97)) assert.ok(Math.abs(value - 7) < 1e-12);
});

test("the average is the weighted mean of all values so far", () => {
  const values = [4, 8, 15, 16, 23, 42];
  const weight = 0.6;
  const expected = values.map((_, last) => {
    const weights = values.slice(0, last + 1).map((_, i) => weight ** (last - i));
    return (
      values.slice(0, last + 1).reduce((sum, value, i) => sum + value * weights[i]!, 0) /
      weights.reduce((a, b) => a + b)
    );
  });
  smooth(values, weight).forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12));
});

test("a value that is not finite keeps its place and spoils no other", () => {
  const smoothed = smooth([1, NaN, 1, Infinity, 1], 0.5);
  assert.ok(Number.isNaN(smoothed[1]));
  assert.equal(smoothed[3], Infinity);
  assert.deepEqual([smoothed[0], smoothed[2], smoothed[4]], [1, 1, 1]);
});

test("the slider's ends are no smoothing and the strongest, and every position comes back", () => {
  assert.equal(weightOf(0), 0);
  assert.equal(weightOf(100), 0.995);
  for (let position = 0; position <= 100; position += 5)
    assert.ok(Math.abs(positionOf(weightOf(position)) - position) <= 1);
});
