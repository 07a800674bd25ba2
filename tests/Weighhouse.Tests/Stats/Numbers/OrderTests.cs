using Weighhouse.Stats;

namespace Weighhouse.Tests.Stats.Numbers;

public class OrderTests
{
    private static readonly double[] Values = [3, 1, 3, 2, 1, 3];

    [Fact]
    public void Equal_values_keep_their_order_both_ways()
    {
        Assert.Equal([1, 4, 3, 0, 2, 5], Order.Ascending(Values));
        Assert.Equal([0, 2, 5, 3, 1, 4], Order.Descending(Values));
    }

    [Fact]
    public void Equal_values_share_their_rank() => Assert.Equal([5, 1.5, 5, 3, 1.5, 5], Order.MidRanks(Values));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void Quantiles_lie_between_neighbours(double share, double expected) =>
        Assert.Equal(expected, Order.Quantile([1, 2, 3, 4], share));

    [Fact]
    public void Counts_tell_below_from_up_to()
    {
        Assert.Equal(1, Order.CountBelow([1, 2, 2, 3], 2));
        Assert.Equal(3, Order.CountUpTo([1, 2, 2, 3], 2));
        Assert.Equal(2.5, Order.Median([4, 1, 3, 2]));
        Assert.Equal(3, Order.Median([5, 1, 3]));
    }
}
