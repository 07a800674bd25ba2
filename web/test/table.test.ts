import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzyMatch } from "../src/shell/fuzzy";
import { columnsBetween, nextOrder, placeColumns, totalWidth } from "../src/table/columns";

const columns = Array.from({ length: 12_000 }, (_, i) => ({
  id: `metrics.m${i}`,
  kind: "metric" as const,
  label: `m${i}`,
}));

test("of twelve thousand columns only those in sight are drawn", () => {
  const placed = placeColumns(columns, () => 100);
  assert.equal(totalWidth(placed), 1_200_000);
  assert.deepEqual(columnsBetween(placed, 0, 1000), [0, 10]);
  assert.deepEqual(columnsBetween(placed, 50_050, 50_250), [500, 503]);
  assert.deepEqual(columnsBetween(placed, 1_199_950, 1_300_000), [11_999, 12_000]);
  assert.deepEqual(columnsBetween([], 0, 500), [0, 0]);
});

test("widths stay within their limits", () => {
  assert.deepEqual(
    placeColumns(columns.slice(0, 2), () => 1).map((column) => [column.left, column.width]),
    [
      [0, 56],
      [56, 56],
    ],
  );
});

test("a click on a header turns its order round; metrics begin with the greatest", () => {
  const metric = columns[0]!;
  assert.equal(nextOrder("attributes.start_time DESC", metric), "metrics.m0 DESC");
  assert.equal(nextOrder("metrics.m0 DESC", metric), "metrics.m0 ASC");
  assert.equal(nextOrder("", { id: "params.lr", kind: "param", label: "lr" }), "params.lr ASC");
});

test("a fuzzy match prefers beginnings of words and runs of letters", () => {
  const score = (query: string, words: string) => fuzzyMatch(query, words)?.score ?? -Infinity;
  assert.ok(score("val", "val/loss") > score("val", "interval"));
  assert.ok(score("vl", "val/loss") > score("vl", "oval"));
  assert.equal(fuzzyMatch("xyz", "val/loss"), null);
  assert.deepEqual(fuzzyMatch("LOSS", "val/loss")!.places, [4, 5, 6, 7]);
});
