import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketX, decodeEnvelope, decodeFrames, EnvelopeDamaged } from "../src/charts/envelope";
import { encodeEnvelope, encodeFrames } from "./encode";

test("an envelope is read back as it was written", () => {
  const bytes = encodeEnvelope({
    origin: 1024,
    width: 16,
    bucketCount: 70,
    series: [
      { points: 40, lastX: 2100, last: 0.5, buckets: { 0: [0.25, 3.5, 1], 63: [-1, 1, 0], 69: [0.5, 0.5, 0.5] } },
      { encoding: 8, flags: 3, buckets: { 1: [0.1, Infinity, 0.2] } },
    ],
  });
  const envelope = decodeEnvelope(bytes);
  assert.deepEqual([envelope.axis, envelope.origin, envelope.width, envelope.bucketCount], ["step", 1024, 16, 70]);
  const [first, second] = envelope.series;
  assert.deepEqual([...first!.buckets], [0, 63, 69]);
  assert.deepEqual([...first!.mins], [0.25, -1, 0.5]);
  assert.deepEqual([...first!.maxs], [3.5, 1, 0.5]);
  assert.deepEqual([...first!.means], [1, 0, 0.5]);
  assert.deepEqual([first!.points, first!.lastX, first!.min, first!.max, first!.last], [40, 2100, -1, 3.5, 0.5]);
  assert.deepEqual(
    [first!.hasNaN, first!.hasInfinite, second!.hasNaN, second!.hasInfinite],
    [false, false, true, true],
  );
  assert.equal(second!.mins[0], 0.1, "eight bytes keep a number exactly");
  assert.equal(second!.maxs[0], Infinity);
});

test("a series without points is present and empty", () => {
  const { series } = decodeEnvelope(encodeEnvelope({ bucketCount: 10, series: [{ buckets: {} }] }));
  assert.equal(series[0]!.points, 0);
  assert.equal(series[0]!.buckets.length, 0);
  assert.ok(Number.isNaN(series[0]!.min));
});

test("a batch holds its frames in order", () => {
  const frames = [3, 0, 7].map((last) =>
    encodeEnvelope({ bucketCount: 9, series: [{ last, buckets: { 8: [last, last, last] } }] }),
  );
  assert.deepEqual(
    decodeFrames(encodeFrames(frames)).map((envelope) => envelope.series[0]!.last),
    [3, 0, 7],
  );
  assert.deepEqual(decodeFrames(new ArrayBuffer(0)), []);
});

test("steps and milliseconds beyond 32 bits keep their value", () => {
  const origin = 1_760_000_000_000;
  const envelope = decodeEnvelope(encodeEnvelope({ axis: "wall", origin, width: 4096, bucketCount: 2, series: [] }));
  assert.equal(envelope.axis, "wall");
  assert.equal(bucketX(envelope, 1), origin + 4096 + 2048);
});

test("a bucket one step wide is drawn at its step", () => {
  assert.equal(bucketX({ axis: "step", origin: 5, width: 1, bucketCount: 3, series: [] }, 2), 7);
});

test("every truncation and every wrong first byte is refused, never read past the end", () => {
  const bytes = encodeEnvelope({ bucketCount: 20, series: [{ buckets: { 3: [1, 2, 1.5], 19: [0, 0, 0] } }] });
  for (let length = 0; length < bytes.byteLength; length++) {
    assert.throws(
      () => decodeEnvelope(bytes.slice(0, length)),
      EnvelopeDamaged,
      `${length} of ${bytes.byteLength} bytes`,
    );
  }
  const wrong = bytes.slice(0);
  new Uint8Array(wrong)[0] = 0x58;
  assert.throws(() => decodeEnvelope(wrong), EnvelopeDamaged);
});

test("a bitmap that disagrees with its count is refused", () => {
  const bytes = encodeEnvelope({ bucketCount: 20, series: [{ buckets: { 3: [1, 2, 1.5] } }] });
  new DataView(bytes).setUint8(32 + 48, 0xff);
  assert.throws(() => decodeEnvelope(bytes), EnvelopeDamaged);
});
