import assert from "node:assert/strict";
import { test } from "node:test";
import { chunksKeptMax, chunkSize, firstChunkSize, type RowPage, RowSource } from "../src/table/rows";

/** A server with so many runs, whose tokens say where a page begins; `calls` is what it was asked. */
function server(runs: number) {
  const calls: string[] = [];
  const load = async (token: string | null, size: number): Promise<RowPage> => {
    calls.push(`${token ?? "first"}+${size}`);
    const from = Number(token ?? 0);
    const to = Math.min(runs, from + size);
    const rows = Array.from({ length: to - from }, (_, i) => ({
      id: `run-${from + i}`,
      name: "",
      status: "Finished" as const,
      cells: [],
    }));
    return { next: to < runs ? String(to) : null, rows };
  };
  return { calls, load };
}

/** Wants the rows and waits until nothing more comes. */
async function reach(source: RowSource, from: number, to: number): Promise<void> {
  source.want(from, to);
  while (source.row(Math.min(to, source.known) - 1) === undefined || (!source.complete && source.known < to))
    await new Promise((done) => setImmediate(done));
}

const ignore = () => {};
const fail = (reason: unknown) => assert.fail(String(reason));

test("rows come page by page as far as they are wanted, and no further", async () => {
  const { calls, load } = server(5000);
  const source = new RowSource(load, ignore, fail);
  await reach(source, 0, 40);
  assert.deepEqual(calls, [`first+${firstChunkSize}`]);
  await reach(source, 50, 1500);
  assert.deepEqual(calls.slice(1), [`100+${chunkSize}`, `1100+${chunkSize}`]);
  assert.equal(source.row(1499)!.id, "run-1499");
  assert.equal(source.row(2100), undefined);
  assert.equal(source.complete, false);
});

test("a hundred thousand rows are walked through with only the nearest in memory", async () => {
  const { load } = server(100_000);
  let held = 0;
  const source = new RowSource(load, () => (held = Math.max(held, source.held)), fail);
  await reach(source, 99_960, 100_000);
  assert.equal(source.row(99_999)!.id, "run-99999");
  assert.equal(source.known, 100_000);
  assert.equal(source.complete, true);
  assert.ok(held <= chunksKeptMax * chunkSize, `${held} rows were held`);
  assert.equal(source.row(0), undefined);
});

test("what was forgotten comes back with one request, wherever it is", async () => {
  const { calls, load } = server(100_000);
  const source = new RowSource(load, ignore, fail);
  await reach(source, 99_960, 100_000);
  calls.length = 0;
  await reach(source, 40_200, 40_240);
  assert.deepEqual(calls, [`40100+${chunkSize}`]);
  assert.equal(source.row(40_200)!.id, "run-40200");
});

test("a page that fails is told once, and asked for again when it is wanted again", async () => {
  const { calls, load } = server(300);
  let broken = true;
  const reasons: unknown[] = [];
  const source = new RowSource(
    async (token, size) => {
      if (broken) throw new Error("no network");
      return load(token, size);
    },
    ignore,
    (reason) => reasons.push(reason),
  );
  source.want(0, 40);
  while (reasons.length === 0) await new Promise((done) => setImmediate(done));
  assert.equal(source.known, 0);
  broken = false;
  await reach(source, 0, 40);
  assert.equal(reasons.length, 1);
  assert.equal(calls.length, 1);
});

test("an empty list is complete at once", async () => {
  const { calls, load } = server(0);
  const source = new RowSource(load, ignore, fail);
  source.want(0, 40);
  while (!source.complete) await new Promise((done) => setImmediate(done));
  source.want(0, 400);
  assert.equal(calls.length, 1);
  assert.equal(source.known, 0);
});
