// Reads the binary envelope (docs/formats/envelope.md): per series and bucket the exact minimum and maximum and the mean.

export type Axis = "step" | "wall" | "relative";

const axes: Axis[] = ["step", "wall", "relative"];
const magic = 0x31454857; // "WHE1", little endian
const headerSize = 32;
const seriesHeaderSize = 48;
/** More buckets than any screen has columns: a length beyond it is damage, not data. */
const bucketCountMax = 1 << 16;
const seriesCountMax = 1 << 16;

export interface EnvelopeSeries {
  /** Points in the range asked for, over all buckets. */
  points: number;
  lastX: number;
  /** Exact over the range; NaN where there is no point. */
  min: number;
  max: number;
  last: number;
  hasNaN: boolean;
  hasInfinite: boolean;
  /** The buckets that hold points, ascending; the three arrays below are parallel to it. */
  buckets: Uint32Array;
  mins: Float32Array | Float64Array;
  maxs: Float32Array | Float64Array;
  means: Float32Array;
}

export interface Envelope {
  axis: Axis;
  origin: number;
  width: number;
  bucketCount: number;
  series: EnvelopeSeries[];
}

export class EnvelopeDamaged extends Error {}

/** Where bucket b is drawn: at its middle, or exactly at its x when it is one unit wide. */
export function bucketX(envelope: Envelope, bucket: number): number {
  return envelope.origin + bucket * envelope.width + (envelope.width > 1 ? envelope.width / 2 : 0);
}

export function decodeEnvelope(bytes: ArrayBuffer, start = 0, length = bytes.byteLength - start): Envelope {
  if (length < headerSize)
    throw new EnvelopeDamaged(`An envelope has at least ${headerSize} bytes, this one ${length}`);
  const view = new DataView(bytes, start, length);
  if (view.getUint32(0, true) !== magic) throw new EnvelopeDamaged("The bytes do not begin with WHE1");
  const axis = axes[view.getUint8(4)];
  if (!axis) throw new EnvelopeDamaged(`Axis ${view.getUint8(4)} is unknown; 0, 1 and 2 are known`);
  const bucketCount = view.getUint32(24, true);
  const seriesCount = view.getUint32(28, true);
  if (bucketCount > bucketCountMax || seriesCount > seriesCountMax) {
    throw new EnvelopeDamaged(`${bucketCount} buckets of ${seriesCount} series are more than any chart asks for`);
  }
  const envelope: Envelope = { axis, origin: int64(view, 8), width: int64(view, 16), bucketCount, series: [] };
  let offset = headerSize;
  for (let i = 0; i < seriesCount; i++) offset = decodeSeries(view, offset, envelope);
  return envelope;
}

/** A batch: frames, each behind its length and four zero bytes. */
export function decodeFrames(bytes: ArrayBuffer): Envelope[] {
  const view = new DataView(bytes);
  const envelopes: Envelope[] = [];
  let offset = 0;
  while (offset < bytes.byteLength) {
    if (offset + 8 > bytes.byteLength) throw new EnvelopeDamaged("The batch ends within a frame's length");
    const length = view.getUint32(offset, true);
    if (offset + 8 + length > bytes.byteLength) throw new EnvelopeDamaged("The batch ends within a frame");
    envelopes.push(decodeEnvelope(bytes, offset + 8, length));
    offset += 8 + length;
  }
  return envelopes;
}

function decodeSeries(view: DataView, start: number, envelope: Envelope): number {
  demand(view, start, seriesHeaderSize);
  const encoding = view.getUint8(start + 40);
  if (encoding !== 4 && encoding !== 8) throw new EnvelopeDamaged(`Encoding ${encoding} is unknown; 4 and 8 are known`);
  const flags = view.getUint8(start + 41);
  const present = view.getUint32(start + 44, true);
  const bitmapSize = pad(Math.ceil(envelope.bucketCount / 8));
  const bitmapStart = start + seriesHeaderSize;
  const valuesStart = bitmapStart + bitmapSize;
  const valuesSize = present * (2 * encoding + 4);
  demand(view, bitmapStart, bitmapSize + pad(valuesSize));
  const buckets = readBitmap(view, bitmapStart, envelope.bucketCount, present);
  const at = view.byteOffset + valuesStart;
  const floats = encoding === 4 ? Float32Array : Float64Array;
  // Copies, not views: a frame inside a batch need not be aligned in memory, and the batch can be freed.
  const take = (from: number, size: number) => view.buffer.slice(from, from + size) as ArrayBuffer;
  envelope.series.push({
    points: int64(view, start),
    lastX: int64(view, start + 8),
    min: view.getFloat64(start + 16, true),
    max: view.getFloat64(start + 24, true),
    last: view.getFloat64(start + 32, true),
    hasNaN: (flags & 1) !== 0,
    hasInfinite: (flags & 2) !== 0,
    buckets,
    mins: new floats(take(at, present * encoding)),
    maxs: new floats(take(at + present * encoding, present * encoding)),
    means: new Float32Array(take(at + 2 * present * encoding, present * 4)),
  });
  return valuesStart + pad(valuesSize);
}

function readBitmap(view: DataView, start: number, bucketCount: number, present: number): Uint32Array {
  const buckets = new Uint32Array(present);
  let count = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    if ((view.getUint8(start + (bucket >> 3)) & (1 << (bucket & 7))) === 0) continue;
    if (count < present) buckets[count] = bucket;
    count++;
  }
  if (count !== present) throw new EnvelopeDamaged(`The bitmap marks ${count} buckets, the header ${present}`);
  return buckets;
}

/** Steps and times are far below 2^53, where numbers stay whole. */
function int64(view: DataView, offset: number): number {
  return Number(view.getBigInt64(offset, true));
}

function pad(size: number): number {
  return (size + 7) & ~7;
}

function demand(view: DataView, offset: number, size: number): void {
  if (offset + size > view.byteLength) throw new EnvelopeDamaged("The envelope ends within a series");
}
