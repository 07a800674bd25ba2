using System.Buffers;
using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Segments;

/// <summary>Points to bytes and back, bit for bit: the segments of docs/formats/metric-points.md.</summary>
internal static class SegmentCodec
{
    /// <summary>Four blocks: a tail that the compactor merges never grows past it.</summary>
    public const int PointsMax = 65_536;

    private const byte Version = 1;
    private const byte StepsAreDeltas = 1;
    private const byte TimesAreDeltas = 2;
    private const int HeaderMaxBytes = 2 + ByteWriter.VarIntMaxBytes;
    private const int ChecksumBytes = 4;
    private const int PointMaxBytes = (2 * ByteWriter.VarIntMaxBytes) + sizeof(double);

    /// <summary>The bytes to keep ready for so many points.</summary>
    public static int MaxBytes(int count) =>
        HeaderMaxBytes + (4 * ByteWriter.VarIntMaxBytes) + (count * PointMaxBytes) + ChecksumBytes;

    /// <summary>Returns how many bytes were written.</summary>
    public static int Encode(ReadOnlySpan<MetricPoint> points, Span<byte> target)
    {
        Invariant.That(points.Length is > 0 and <= PointsMax);
        var second = points.Length > 1 ? points[1] : points[0];
        var (stepStride, timeStride) = (second.Step - points[0].Step, second.TimestampMs - points[0].TimestampMs);
        var (stepsAreDeltas, timesAreDeltas) = (false, false);
        for (var i = 1; i < points.Length; i++)
        {
            stepsAreDeltas |= points[i].Step - points[i - 1].Step != stepStride;
            timesAreDeltas |= points[i].TimestampMs - points[i - 1].TimestampMs != timeStride;
        }

        var writer = new ByteWriter(target);
        writer.Byte(Version);
        writer.Byte((byte)((stepsAreDeltas ? StepsAreDeltas : 0) | (timesAreDeltas ? TimesAreDeltas : 0)));
        writer.VarInt((ulong)points.Length);
        writer.ZigZag(points[0].Step);
        if (!stepsAreDeltas) writer.ZigZag(stepStride);
        else for (var i = 1; i < points.Length; i++) writer.ZigZag(points[i].Step - points[i - 1].Step);
        writer.ZigZag(points[0].TimestampMs);
        if (!timesAreDeltas) writer.ZigZag(timeStride);
        else for (var i = 1; i < points.Length; i++) writer.ZigZag(points[i].TimestampMs - points[i - 1].TimestampMs);
        foreach (ref readonly var point in points) writer.Double(point.Value);
        writer.Checksum();
        return writer.Position;
    }

    public static byte[] Encode(ReadOnlySpan<MetricPoint> points)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(MaxBytes(points.Length));
        var bytes = scratch.AsSpan(0, Encode(points, scratch)).ToArray();
        ArrayPool<byte>.Shared.Return(scratch);
        return bytes;
    }

    /// <summary>Appends the segment's points. Null, or why the bytes are not a segment; then nothing was appended.</summary>
    public static Error? Decode(ReadOnlySpan<byte> source, PointBuffer target)
    {
        var reader = new ByteReader(source);
        if (reader.Byte() != Version) return Corrupted("its version is unknown");
        var flags = reader.Byte();
        if (flags > (StepsAreDeltas | TimesAreDeltas)) return Corrupted("its flags are unknown");
        var count = reader.VarInt();
        // Every point has eight bytes of value at least: no count can make us reserve more than the bytes pay for.
        if (count is 0 or > PointsMax || (long)count * sizeof(double) > reader.Remaining)
            return Corrupted("its count of points does not fit its length");
        if (Crc32C.Of(source[..^ChecksumBytes]) != BinaryPrimitives.ReadUInt32LittleEndian(source[^ChecksumBytes..]))
            return Corrupted("its checksum is wrong");

        var before = target.Count;
        var points = target.Grow((int)count);
        ReadSteps(ref reader, points, (flags & StepsAreDeltas) != 0);
        ReadTimes(ref reader, points, (flags & TimesAreDeltas) != 0);
        var values = reader.Bytes(points.Length * sizeof(double));
        if (reader.IsBroken || reader.Remaining != ChecksumBytes)
        {
            target.Shrink(before);
            return Corrupted("its length is wrong");
        }

        for (var i = 0; i < points.Length; i++)
            points[i] = points[i] with { Value = BinaryPrimitives.ReadDoubleLittleEndian(values[(i * sizeof(double))..]) };
        return null;
    }

    private static void ReadSteps(ref ByteReader reader, Span<MetricPoint> points, bool areDeltas)
    {
        var step = reader.ZigZag();
        var stride = areDeltas ? 0 : reader.ZigZag();
        points[0] = new MetricPoint(0, 0, step);
        for (var i = 1; i < points.Length; i++)
        {
            step += areDeltas ? reader.ZigZag() : stride;
            points[i] = new MetricPoint(0, 0, step);
        }
    }

    private static void ReadTimes(ref ByteReader reader, Span<MetricPoint> points, bool areDeltas)
    {
        var time = reader.ZigZag();
        var stride = areDeltas ? 0 : reader.ZigZag();
        points[0] = points[0] with { TimestampMs = time };
        for (var i = 1; i < points.Length; i++)
        {
            time += areDeltas ? reader.ZigZag() : stride;
            points[i] = points[i] with { TimestampMs = time };
        }
    }

    private static Error Corrupted(string why) =>
        new(ErrorCode.Corrupted, $"A stored segment of metric points cannot be read: {why}. Restore it from a backup.");
}
