using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Numbers;

public class OrderTests(ITestOutputHelper output)
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

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void Many_numbers_are_sorted_by_their_digits_as_by_comparing(int count)
    {
        var sample = new Sample(output);
        double[] values =
            [.. sample.Normal(count).Select(value => value * Math.Pow(10, sample.Random.Below(600) - 300)),
                .. sample.Below(3, count / 2).Select(value => (double)value), 0, -1e308, 1e308];
        var sorted = SortedValues.Of(values).Value;

        Assert.Equal(values.Order(), sorted.Values.ToArray());
        Assert.Contains("row 1 is NaN", SortedValues.Of([1, double.NaN]).Error!.Message);
    }
}
