using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Data;

public sealed class JobBackoffTests
{
    private static readonly DatabaseOptions Options = new() { JobBackoffMs = 1_000, JobBackoffMsMax = 60_000 };

    [Theory]
    [InlineData(1, 500, 1_000)]
    [InlineData(2, 1_000, 2_000)]
    [InlineData(5, 8_000, 16_000)]
    [InlineData(7, 30_000, 60_000)]
    [InlineData(1_000_000, 30_000, 60_000)]
    public void The_wait_doubles_is_scattered_and_bounded(long attempt, int min, int max)
    {
        var chance = IdGenerator.Seeded(11);

        var delays = Enumerable.Range(0, 200).Select(_ => JobBackoff.DelayMs(Options, attempt, chance)).ToList();

        Assert.All(delays, delay => Assert.InRange(delay, min, max));
        Assert.True(delays.Distinct().Count() > 100);
    }
}
