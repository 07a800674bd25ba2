import type { Axis } from "../src/charts/envelope";

/** What a test says of a series; the rest is worked out. */
export interface WrittenSeries {
  points?: number;
  lastX?: number;
  last?: number;
  encoding?: 4 | 8;
  flags?: number;
  /** bucket: [min, max, mean] */
  buckets: Record<number, [number, number, number]>;
}

export interface WrittenEnvelope {
  axis?: Axis;
  origin?: number;
  width?: number;
  bucketCount: number;
  series: WrittenSeries[];
}

const pad = (size: number) => (size + 7) & ~7;

/** The envelope of docs/formats/envelope.md, written independently of the code that reads it. */
export function encodeEnvelope({
  axis = "step",
  origin = 0,
  width = 1,
  bucketCount,
  series,
}: WrittenEnvelope): ArrayBuffer {
  const parts = series.map((one) => encodeSeries(one, bucketCount));
  const bytes = new Uint8Array(32 + parts.reduce((sum, part) => sum + part.byteLength, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("WHE1"));
  view.setUint8(4, ["step", "wall", "relative"].indexOf(axis));
  view.setBigInt64(8, BigInt(origin), true);
  view.setBigInt64(16, BigInt(width), true);
  view.setUint32(24, bucketCount, true);
  view.setUint32(28, series.length, true);
  let offset = 32;
  for (const part of parts) {
    bytes.set(new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  return bytes.buffer;
}

export function encodeFrames(envelopes: ArrayBuffer[]): ArrayBuffer {
  const bytes = new Uint8Array(envelopes.reduce((sum, one) => sum + 8 + one.byteLength, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const envelope of envelopes) {
    view.setUint32(offset, envelope.byteLength, true);
    bytes.set(new Uint8Array(envelope), offset + 8);
    offset += 8 + envelope.byteLength;
  }
  return bytes.buffer;
}

function encodeSeries(series: WrittenSeries, bucketCount: number): ArrayBuffer {
  const encoding = series.encoding ?? 4;
  const entries = Object.entries(series.buckets).map(([bucket, values]) => ({ bucket: Number(bucket), values }));
  const bitmapSize = pad(Math.ceil(bucketCount / 8));
  const view = new DataView(new ArrayBuffer(48 + bitmapSize + pad(entries.length * (2 * encoding + 4))));
  view.setBigInt64(0, BigInt(series.points ?? entries.length), true);
  view.setBigInt64(8, BigInt(series.lastX ?? 0), true);
  view.setFloat64(16, entries.length ? Math.min(...entries.map((entry) => entry.values[0])) : NaN, true);
  view.setFloat64(24, entries.length ? Math.max(...entries.map((entry) => entry.values[1])) : NaN, true);
  view.setFloat64(32, series.last ?? NaN, true);
  view.setUint8(40, encoding);
  view.setUint8(41, series.flags ?? 0);
  view.setUint32(44, entries.length, true);
  const put = (offset: number, value: number) =>
    encoding === 4 ? view.setFloat32(offset, value, true) : view.setFloat64(offset, value, true);
  const values = 48 + bitmapSize;
  entries.forEach(({ bucket, values: [min, max, mean] }, i) => {
    const at = 48 + (bucket >> 3);
    view.setUint8(at, view.getUint8(at) | (1 << (bucket & 7)));
    put(values + i * encoding, min);
    put(values + (entries.length + i) * encoding, max);
    view.setFloat32(values + 2 * entries.length * encoding + 4 * i, mean, true);
  });
  return view.buffer as ArrayBuffer;
}
