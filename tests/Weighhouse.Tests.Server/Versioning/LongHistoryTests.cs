using System.Diagnostics;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>What a history of 100,000 commits costs. The bound is far above that: it catches a walk through all of it.</summary>
public sealed class LongHistoryTests(ITestOutputHelper output)
{
    private const int Commits = 100_000;
    private const int PartedBefore = 500;
    private const int Attempts = 5;

    private static readonly TimeSpan TimeMax = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_long_history_answers_from_its_near_end()
    {
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var tree = house.AddTree(("a", "1"));
        var line = new List<Digest>(Commits);
        for (var i = 0; i < Commits; i++) line.Add(house.AddCommit($"c{i}", i == 0 ? [] : [line[^1]], tree));
        var aside = house.AddCommit("aside", [line[^PartedBefore]], tree);
        Got(await house.Commits.RecordAsync(Principal.Local, Repo, [.. line, aside], Cancellation));

        var page = await MeasureAsync("first page, cold", house.Database.OpenAsync, () => house.Commits.LogAsync(
            Principal.Local, Repo, new LogQuery([line[^1]]), new PageRequest(50), Cancellation));
        Assert.Equal("c99999", page.Items[0].Commit.Message);
        var bases = await MeasureAsync("merge base, cold", house.Database.OpenAsync, () => house.Commits.MergeBasesAsync(
            Principal.Local, Repo, line[^1], aside, Cancellation));
        Assert.Equal([line[^PartedBefore]], bases);
        Assert.True(Got(await house.Commits.IsAncestorAsync(Principal.Local, Repo, line[0], line[^1], Cancellation)));
        await MeasureAsync("merge base of the ends, warm", static () => Task.CompletedTask, () => house.Commits.MergeBasesAsync(
            Principal.Local, Repo, line[^1], line[0], Cancellation));
    }

    /// <summary>The best of some times counts, as a busy machine may rest during any one of them.</summary>
    private async Task<T> MeasureAsync<T>(string what, Func<Task> prepare, Func<ValueTask<Result<T>>> ask)
    {
        for (var attempt = 1; ; attempt++)
        {
            await prepare();
            var clock = Stopwatch.StartNew();
            var answer = Got(await ask());
            output.WriteLine($"{what}: {clock.Elapsed.TotalMilliseconds:0.0} ms");
            if (clock.Elapsed < TimeMax) return answer;
            Assert.True(attempt < Attempts, $"{what} took longer than {TimeMax} {attempt} times.");
        }
    }
}
