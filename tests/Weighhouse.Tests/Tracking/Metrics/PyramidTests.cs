using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Metrics.Pyramids;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tests.Tracking.Metrics;

public sealed class PyramidTests
{
    [Fact]
    public void A_pyramid_says_of_every_bucket_what_its_points_say()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            using var points = Sorted(seed);
            foreach (var limit in new[] { Pyramid.CoarseBucketsMax, Pyramid.FineBucketsMax })
            {
                var decoded = PyramidCodec.Decode(PyramidCodec.Encode(Pyramid.Of(points.Points, limit)));
                Assert.False(decoded.IsFailure, $"seed {seed}: {decoded.Error}");
                AssertBuckets(points.Points, decoded.Value.Level, decoded.Value.Buckets, limit, seed);
            }
        }
    }

    [Fact]
    public void Coarsening_buckets_equals_folding_the_points_at_the_coarser_level()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            using var points = Sorted(seed);
            var fine = Pyramid.Of(points.Points, Pyramid.FineBucketsMax);
            var buckets = fine.Buckets.ToList();
            var levels = new Random(seed).Next(0, Pyramid.LevelMax - fine.Level + 1);
            BucketFold.Coarsen(buckets, levels);
            AssertBuckets(points.Points, fine.Level + levels, buckets, Pyramid.FineBucketsMax, seed);
        }
    }

    [Fact]
    public void The_level_is_the_lowest_that_fits()
    {
        var dense = Enumerable.Range(0, 16_384).Select(i => new MetricPoint(i, 0, i)).ToArray();
        Assert.Equal(6, Pyramid.Of(dense, Pyramid.FineBucketsMax).Level);
        Assert.Equal(10, Pyramid.Of(dense, Pyramid.CoarseBucketsMax).Level);
        Assert.Equal(0, Pyramid.Of([new MetricPoint(1, 0, long.MinValue), new MetricPoint(1, 0, long.MaxValue)], 16).Level);
    }

    [Fact]
    public void Hostile_bytes_are_refused_or_read_but_never_crash()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            using var points = Sorted(seed);
            var body = PyramidCodec.Encode(Pyramid.Of(points.Points, 16))[..^4];
            if (random.Next(3) == 0) body = body[..random.Next(body.Length)];
            for (var i = random.Next(4); i > 0 && body.Length > 0; i--) body[random.Next(Math.Min(body.Length, 24))] =
                (byte)random.Next(256);
            var decoded = PyramidCodec.Decode([.. body, .. BitConverter.GetBytes(Crc32C.Of(body))]);
            Assert.True(!decoded.IsFailure || decoded.Error.Code is ErrorCode.Corrupted, $"seed {seed}");
        }
    }

    private static PointBuffer Sorted(int seed)
    {
        var buffer = new PointBuffer();
        buffer.AddRange(RandomPoints.Series(new Random(seed), 1_500));
        buffer.SortDistinct(PointOrder.ByStep);
        return buffer;
    }

    private static void AssertBuckets(Span<MetricPoint> points, int level, IReadOnlyList<Bucket> buckets, int limit, int seed)
    {
        var expected = points.ToArray().GroupBy(p => p.Step >> level).OrderBy(g => g.Key).ToList();
        Assert.True(buckets.Count <= limit && buckets.Count == expected.Count, $"seed {seed}: {buckets.Count} of {expected.Count} buckets");
        foreach (var (bucket, group) in buckets.Zip(expected))
        {
            var numbers = group.Select(p => p.Value).Where(v => !double.IsNaN(v)).ToList();
            Assert.Equal(group.Key, bucket.Index);
            Assert.Equal(numbers.Count, bucket.Count);
            Assert.Equal(group.Count() - numbers.Count, bucket.NanCount);
            Assert.Equal(numbers.Count == 0 ? double.NaN : numbers.Min(), bucket.Min);
            Assert.Equal(numbers.Count == 0 ? double.NaN : numbers.Max(), bucket.Max);
        }
    }
}
