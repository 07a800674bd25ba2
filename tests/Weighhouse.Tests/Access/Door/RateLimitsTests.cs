using Weighhouse.Access;
using Weighhouse.Access.Door;

namespace Weighhouse.Tests.Access.Door;

public sealed class RateLimitsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_burst_passes_and_then_so_many_a_second()
    {
        var rates = new RateLimits(new AccessOptions { RequestsBurst = 10, RequestsPerSecond = 5 }, _clock);

        Assert.Equal(10, Pass(rates, "ann", 100));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Pass(rates, "ann", 100));
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, Pass(rates, "ann", 100));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Pass(rates, "ann", 100));
    }

    [Fact]
    public void One_who_is_too_fast_does_not_hold_up_another()
    {
        var rates = new RateLimits(new AccessOptions { RequestsBurst = 10, RequestsPerSecond = 5 }, _clock);

        Pass(rates, "ann", 100);

        Assert.Equal(10, Pass(rates, "bob", 100));
    }

    [Fact]
    public void However_many_come_so_many_are_counted()
    {
        var rates = new RateLimits(new AccessOptions { RequestsBurst = 10, RequestsPerSecond = 5, RequestCountsMax = 100 }, _clock);
        for (var stranger = 0; stranger < 10_000; stranger++) rates.TryPass($"stranger {stranger}");

        Assert.Equal(100, rates.Count);
    }

    [Fact]
    public void When_the_table_is_full_newcomers_share_one_count_until_others_have_been_idle()
    {
        var rates = new RateLimits(new AccessOptions { RequestsBurst = 10, RequestsPerSecond = 5, RequestCountsMax = 100 }, _clock);
        for (var stranger = 0; stranger < 100; stranger++) Pass(rates, $"stranger {stranger}", 10);

        Assert.Equal(10, Pass(rates, "ann", 10) + Pass(rates, "bob", 10));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(10, Pass(rates, "ann", 100));
        Assert.Equal(10, Pass(rates, "bob", 100));
    }

    private static int Pass(RateLimits rates, string who, int times) => Enumerable.Range(0, times).Count(_ => rates.TryPass(who));
}
