using System.Text;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

/// <summary>A frame of docs/formats/envelope.md, read by that page alone.</summary>
internal sealed record Frame(int ByteCount, int Axis, long Origin, long Width, int BucketCount, IReadOnlyList<FrameSeries> Series)
{
    public static Frame Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        Assert.Equal("WHE1", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        var axis = reader.ReadByte();
        Assert.Equal([0, 0, 0], reader.ReadBytes(3));
        var (origin, width, bucketCount) = (reader.ReadInt64(), reader.ReadInt64(), (int)reader.ReadUInt32());
        var series = new FrameSeries[reader.ReadUInt32()];
        for (var i = 0; i < series.Length; i++) series[i] = FrameSeries.Read(reader, bucketCount);
        Assert.Equal(bytes.Length, reader.BaseStream.Position);
        Assert.Equal(0, bytes.Length % 8);
        return new Frame(bytes.Length, axis, origin, width, bucketCount, series);
    }
}

internal sealed record FrameSeries(
    long PointCount, long LastX, double Min, double Max, double Last, int Encoding, int Flags,
    IReadOnlyDictionary<int, (double Min, double Max, float Mean)> Buckets)
{
    public static FrameSeries Read(BinaryReader reader, int bucketCount)
    {
        var (points, lastX) = (reader.ReadInt64(), reader.ReadInt64());
        var (min, max, last) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        var (encoding, flags) = (reader.ReadByte(), reader.ReadByte());
        Assert.Equal(0, reader.ReadUInt16());
        var present = (int)reader.ReadUInt32();
        var presence = reader.ReadBytes(Padded((bucketCount + 7) / 8));
        var places = Enumerable.Range(0, presence.Length * 8).Where(b => (presence[b / 8] & (1 << (b % 8))) != 0).ToList();
        Assert.Equal(present, places.Count);
        Assert.True(present == 0 || places[^1] < bucketCount);
        var mins = places.Select(_ => ReadNumber(reader, encoding)).ToList();
        var maxs = places.Select(_ => ReadNumber(reader, encoding)).ToList();
        var means = places.Select(_ => reader.ReadSingle()).ToList();
        var size = present * ((2 * encoding) + 4);
        Assert.All(reader.ReadBytes(Padded(size) - size), padding => Assert.Equal(0, padding));
        return new FrameSeries(
            points, lastX, min, max, last, encoding, flags,
            Enumerable.Range(0, present).ToDictionary(i => places[i], i => (mins[i], maxs[i], means[i])));
    }

    private static double ReadNumber(BinaryReader reader, int encoding) => encoding == 4 ? reader.ReadSingle() : reader.ReadDouble();

    private static int Padded(int bytes) => (bytes + 7) & ~7;
}
