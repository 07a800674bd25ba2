using Weighhouse.Tracking;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tests.Tracking.Metrics;

public sealed class PointBufferTests
{
    [Fact]
    public void Sorting_keeps_each_distinct_point_once_in_order()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var points = RandomPoints.Series(new Random(seed), 300);
            var expected = points.DistinctBy(p => (p.Step, p.TimestampMs, BitConverter.DoubleToInt64Bits(p.Value))).ToArray();
            foreach (var order in new[] { PointOrder.ByStep, PointOrder.ByTime })
            {
                Array.Sort(expected, order);
                using var buffer = new PointBuffer(1);
                buffer.AddRange(points);
                Assert.True(buffer.SortDistinct(order) == points.Length - expected.Length && RandomPoints.Same(expected, buffer.Points),
                    $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Values_sort_as_numbers_with_NaN_first_and_negative_zero_before_zero()
    {
        double[] ascending = [double.NaN, double.NegativeInfinity, -1, -double.Epsilon, -0.0, 0.0, double.Epsilon, 1,
            double.PositiveInfinity];
        for (var i = 1; i < ascending.Length; i++)
            Assert.True(
                PointOrder.OfValue(ascending[i - 1]) < PointOrder.OfValue(ascending[i]), $"{ascending[i - 1]} before {ascending[i]}");
    }

    [Fact]
    public void The_checksum_is_Castagnolis()
    {
        // The check value of the CRC catalogue.
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
    }
}
