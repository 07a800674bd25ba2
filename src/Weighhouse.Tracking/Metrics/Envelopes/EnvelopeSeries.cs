using Weighhouse.Tracking.Metrics.Pyramids;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>What a frame says of one series, at one level of its grid.</summary>
internal sealed class EnvelopeSeries
{
    /// <summary>The numbers before the arrays.</summary>
    public const int HeadBytes = 48;

    private readonly List<Bucket> _buckets = [];

    private EnvelopeSeries(long lastX, double last)
    {
        LastX = lastX;
        Last = last;
    }

    public long PointCount { get; private set; }

    public long LastX { get; }

    public double Last { get; }

    public double Min { get; private set; } = double.NaN;

    public double Max { get; private set; } = double.NaN;

    public bool HasNan { get; private set; }

    public bool HasInfinity => double.IsInfinity(Min) || double.IsInfinity(Max);

    /// <summary>Buckets with a point, NaN ones too, in order.</summary>
    public IReadOnlyList<Bucket> Buckets => _buckets;

    /// <summary>Buckets with a number.</summary>
    public int PresentCount { get; private set; }

    /// <summary>4 when every extreme of a bucket is a float32, else 8.</summary>
    public int Encoding { get; private set; }

    public static EnvelopeSeries Of(EnvelopeScratch scratch, EnvelopeGrid grid)
    {
        var series = new EnvelopeSeries(scratch.LastX, scratch.LastValue);
        var buckets = scratch.Buckets(grid);
        for (var i = 0; i < buckets.Length; i++)
        {
            ref readonly var bucket = ref buckets[i];
            if (bucket.IsEmpty) continue;
            series._buckets.Add(bucket with { Index = grid.FirstIndex + i });
            series.PointCount += bucket.Count + bucket.NanCount;
            series.HasNan |= bucket.NanCount > 0;
            series.Min = Bucket.LesserOf(series.Min, bucket.Min);
            series.Max = Bucket.GreaterOf(series.Max, bucket.Max);
        }

        series.Measure();
        return series;
    }

    public int ByteCount(int bucketCount) => HeadBytes + PresenceBytes(bucketCount) + ArrayBytes;

    public int ArrayBytes => Padded(PresentCount * ((2 * Encoding) + sizeof(float)));

    public static int PresenceBytes(int bucketCount) => Padded((bucketCount + 7) / 8);

    public void Coarsen(int levels)
    {
        if (levels == 0) return;
        BucketFold.Coarsen(_buckets, levels);
        Measure();
    }

    private static int Padded(int bytes) => (bytes + 7) & ~7;

    private void Measure()
    {
        (PresentCount, Encoding) = (0, sizeof(float));
        foreach (var bucket in _buckets)
        {
            if (bucket.Count == 0) continue;
            PresentCount++;
            if ((float)bucket.Min != bucket.Min || (float)bucket.Max != bucket.Max) Encoding = sizeof(double);
        }
    }
}
