using System.Buffers.Binary;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Pyramids;

/// <summary>Pyramids to bytes and back, as docs/formats/metric-points.md says.</summary>
internal static class PyramidCodec
{
    private const byte Version = 1;
    private const int HeaderBytes = 4;
    private const int ChecksumBytes = 4;
    private const int BucketMaxBytes = (3 * ByteWriter.VarIntMaxBytes) + (3 * sizeof(double));
    private const int BucketMinBytes = 3 + (3 * sizeof(double));

    public static byte[] Encode(Pyramid pyramid)
    {
        var buckets = pyramid.Buckets;
        var writer = new ByteWriter(new byte[HeaderBytes + (buckets.Count * BucketMaxBytes) + ChecksumBytes]);
        writer.Byte(Version);
        writer.Byte((byte)pyramid.Level);
        writer.Byte((byte)buckets.Count);
        writer.Byte((byte)(buckets.Count >> 8));
        writer.ZigZag(buckets[0].Index);
        for (var i = 1; i < buckets.Count; i++) writer.VarInt((ulong)(buckets[i].Index - buckets[i - 1].Index));
        foreach (var bucket in buckets) writer.VarInt((ulong)bucket.Count);
        foreach (var bucket in buckets) writer.VarInt((ulong)bucket.NanCount);
        foreach (var bucket in buckets) writer.Double(bucket.Min);
        foreach (var bucket in buckets) writer.Double(bucket.Max);
        foreach (var bucket in buckets) writer.Double(bucket.Sum);
        writer.Checksum();
        return writer.Written.ToArray();
    }

    public static Result<Pyramid> Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        if (reader.Byte() != Version) return Corrupted("its version is unknown");
        var level = reader.Byte();
        var count = reader.Byte() | (reader.Byte() << 8);
        if (level > Pyramid.LevelMax) return Corrupted("its level is above 63");
        if (count is 0 or > Pyramid.FineBucketsMax || count * BucketMinBytes > reader.Remaining)
            return Corrupted("its count of buckets does not fit its length");
        if (Crc32C.Of(source[..^ChecksumBytes]) != BinaryPrimitives.ReadUInt32LittleEndian(source[^ChecksumBytes..]))
            return Corrupted("its checksum is wrong");

        Span<long> heads = stackalloc long[3 * Pyramid.FineBucketsMax];
        var indexes = heads[..count];
        var counts = heads.Slice(Pyramid.FineBucketsMax, count);
        var nanCounts = heads.Slice(2 * Pyramid.FineBucketsMax, count);
        indexes[0] = reader.ZigZag();
        for (var i = 1; i < count; i++) indexes[i] = indexes[i - 1] + (long)reader.VarInt();
        for (var i = 0; i < count; i++) counts[i] = (long)reader.VarInt();
        for (var i = 0; i < count; i++) nanCounts[i] = (long)reader.VarInt();
        var mins = reader.Bytes(count * sizeof(double));
        var maxs = reader.Bytes(count * sizeof(double));
        var sums = reader.Bytes(count * sizeof(double));
        if (reader.IsBroken || reader.Remaining != ChecksumBytes) return Corrupted("its length is wrong");

        var buckets = new List<Bucket>(count);
        for (var i = 0; i < count; i++)
            buckets.Add(new Bucket(indexes[i], DoubleAt(mins, i), DoubleAt(maxs, i), DoubleAt(sums, i), counts[i], nanCounts[i]));
        return new Pyramid(level, buckets);
    }

    private static double DoubleAt(ReadOnlySpan<byte> bytes, int place) =>
        BinaryPrimitives.ReadDoubleLittleEndian(bytes[(place * sizeof(double))..]);

    private static Error Corrupted(string why) =>
        new(ErrorCode.Corrupted, $"A stored pyramid of metric points cannot be read: {why}. Restore it from a backup.");
}
