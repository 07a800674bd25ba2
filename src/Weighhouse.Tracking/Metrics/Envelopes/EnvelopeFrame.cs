using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>A frame of docs/formats/envelope.md.</summary>
internal static class EnvelopeFrame
{
    public const int HeadBytes = 32;

    private const byte HasNan = 1;
    private const byte HasInfinity = 2;

    public static int ByteCount(EnvelopeGrid grid, List<EnvelopeSeries> series)
    {
        var bytes = HeadBytes;
        foreach (var one in series) bytes += one.ByteCount(grid.BucketCount);
        return bytes;
    }

    public static byte[] Write(EnvelopeAxis axis, EnvelopeGrid grid, List<EnvelopeSeries> series)
    {
        var bytes = new byte[ByteCount(grid, series)];
        var writer = new ByteWriter(bytes);
        foreach (var letter in "WHE1"u8) writer.Byte(letter);
        writer.Byte((byte)axis);
        writer.Pad(3);
        writer.Long(grid.Origin);
        writer.Long(grid.Width);
        writer.UInt((uint)grid.BucketCount);
        writer.UInt((uint)series.Count);
        foreach (var one in series) Write(ref writer, grid, one);
        return bytes;
    }

    private static void Write(ref ByteWriter writer, EnvelopeGrid grid, EnvelopeSeries series)
    {
        writer.Long(series.PointCount);
        writer.Long(series.LastX);
        writer.Double(series.Min);
        writer.Double(series.Max);
        writer.Double(series.Last);
        writer.Byte((byte)series.Encoding);
        writer.Byte((byte)((series.HasNan ? HasNan : 0) | (series.HasInfinity ? HasInfinity : 0)));
        writer.Pad(2);
        writer.UInt((uint)series.PresentCount);
        var presence = writer.Take(EnvelopeSeries.PresenceBytes(grid.BucketCount));
        foreach (var bucket in series.Buckets)
        {
            if (bucket.Count == 0) continue;
            var place = grid.PlaceOf(bucket.Index);
            presence[place / 8] |= (byte)(1 << (place % 8));
        }

        var start = writer.Position;
        foreach (var bucket in series.Buckets)
            if (bucket.Count > 0) Write(ref writer, series.Encoding, bucket.Min);
        foreach (var bucket in series.Buckets)
            if (bucket.Count > 0) Write(ref writer, series.Encoding, bucket.Max);
        foreach (var bucket in series.Buckets)
            if (bucket.Count > 0) writer.Float((float)(bucket.Sum / bucket.Count));
        writer.Pad(series.ArrayBytes - (writer.Position - start));
    }

    private static void Write(ref ByteWriter writer, int encoding, double value)
    {
        if (encoding == sizeof(float)) writer.Float((float)value);
        else writer.Double(value);
    }
}
