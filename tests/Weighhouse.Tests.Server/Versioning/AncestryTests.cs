using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class AncestryTests(ITestOutputHelper output)
{
    /// <summary>Random histories against the definitions, spelled out on sets.</summary>
    [Theory, OnEveryEngine]
    public async Task Answers_agree_with_the_definitions(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        var random = new Random(seed);
        await using var house = await VersioningHouse.StartAsync(engine);
        var commits = new List<Digest>();
        var ancestors = new Dictionary<Digest, HashSet<Digest>>();
        var messages = new Dictionary<string, Digest>(StringComparer.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            var parents = Enumerable.Range(0, Math.Min(commits.Count, random.Next(10) == 0 ? 0 : random.Next(1, 4)))
                .Select(_ => commits[Math.Max(0, commits.Count - 1 - random.Next(8))]).Distinct().ToArray();
            // Clocks disagree: a child may well say it is older than its parent.
            var id = house.AddCommit($"c{i}", parents, timeMs: 1_700_000_000_000 + random.Next(50));
            Got(await house.Commits.RecordAsync(Principal.Local, Repo, [id], Cancellation));
            commits.Add(id);
            messages[$"c{i}"] = id;
            ancestors[id] = [id, .. parents.SelectMany(parent => ancestors[parent])];
        }

        for (var round = 0; round < 60; round++)
        {
            var (one, other) = (commits[random.Next(commits.Count)], commits[random.Next(commits.Count)]);
            Assert.Equal(
                ancestors[other].Contains(one), Got(await house.Commits.IsAncestorAsync(Principal.Local, Repo, one, other, Cancellation)));
            var common = ancestors[one].Intersect(ancestors[other]).ToHashSet();
            var best = common.Where(id => !common.Any(below => below != id && ancestors[below].Contains(id)));
            Assert.Equal(
                best.ToHashSet(), [.. Got(await house.Commits.MergeBasesAsync(Principal.Local, Repo, one, other, Cancellation))]);
            Assert.Equal(
                new Distance(ancestors[one].Except(ancestors[other]).Count(), ancestors[other].Except(ancestors[one]).Count()),
                Got(await house.Commits.DistanceAsync(Principal.Local, Repo, one, other, Cancellation)));
            var log = await house.LogAsync(new LogQuery([one], [other]), random.Next(1, 9));
            Assert.Equal(ancestors[one].Except(ancestors[other]).ToHashSet(), log.Select(message => messages[message]).ToHashSet());
            for (var i = 0; i < log.Length; i++)
                for (var later = i + 1; later < log.Length; later++)
                    Assert.DoesNotContain(messages[log[i]], ancestors[messages[log[later]]]);
        }
    }

    [Theory, OnEveryEngine]
    public async Task Bisection_finds_the_first_bad_commit_in_few_steps(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var line = new List<Digest>();
        for (var i = 0; i < 100; i++) line.Add(await house.RecordAsync($"c{i}", line.Count == 0 ? [] : [line[^1]]));
        foreach (var firstBad in new[] { 1, 42, 99 })
        {
            var (good, bad, steps) = (line[0], line[99], 0);
            while (true)
            {
                var step = Got(await house.Commits.BisectAsync(Principal.Local, Repo, bad, [good], Cancellation));
                if (step.Left == 1)
                {
                    Assert.Equal(line[firstBad], step.Next);
                    break;
                }

                if (line.IndexOf(step.Next) >= firstBad) bad = step.Next;
                else good = step.Next;
                Assert.InRange(++steps, 1, 8);
            }
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_path_has_a_log_of_its_own(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        Digest? head = null;
        foreach (var (message, a, b) in new[] { ("both", "1", "1"), ("only a", "2", "1"), ("only b", "2", "2"), ("a again", "3", "2") })
        {
            head = house.AddCommit(message, head is null ? [] : [head.Value], house.AddTree(("x/a", a), ("x/b", b)));
            Got(await house.Commits.RecordAsync(Principal.Local, Repo, [head.Value], Cancellation));
        }

        LogQuery Query(string path) => new([head!.Value]) { Path = TreePath.Parse(path).Value };
        Assert.Equal(["a again", "only a", "both"], await house.LogAsync(Query("x/a"), 1));
        Assert.Equal(["only b", "both"], await house.LogAsync(Query("x/b")));
        Assert.Equal(4, (await house.LogAsync(Query("x"))).Length);
        Assert.Empty(await house.LogAsync(Query("y")));
    }

    [Theory, OnEveryEngine]
    public async Task A_commit_whose_parent_is_missing_is_not_recorded(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var parent = house.AddCommit("parent", []);
        var child = house.AddCommit("child", [parent]);
        Assert.Equal(
            ErrorCode.FailedPrecondition, (await house.Commits.RecordAsync(Principal.Local, Repo, [child], Cancellation)).Error?.Code);
        Got(await house.Commits.RecordAsync(Principal.Local, Repo, [parent, child, parent], Cancellation));
        Assert.Equal(["child", "parent"], await house.LogAsync(new LogQuery([child])));
    }
}
