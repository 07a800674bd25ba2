using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Pyramids;

/// <summary>The buckets of one block at one level.</summary>
internal sealed class Pyramid(int level, List<Bucket> buckets)
{
    public const int LevelMax = 63;

    /// <summary>A block of 16,384 dense steps has 64 steps a bucket: 7 KB.</summary>
    public const int FineBucketsMax = 256;

    /// <summary>What a far zoom reads: 0.5 KB a block.</summary>
    public const int CoarseBucketsMax = 16;

    public int Level => level;

    public IReadOnlyList<Bucket> Buckets => buckets;

    /// <param name="points">Of one block, sorted by step.</param>
    public static Pyramid Of(ReadOnlySpan<MetricPoint> points, int bucketsMax)
    {
        Invariant.That(points.Length > 0);
        var level = BucketFold.LevelFor(points, bucketsMax);
        var buckets = new List<Bucket>(bucketsMax);
        BucketFold.FromPoints(points, level, buckets);
        return new Pyramid(level, buckets);
    }
}
