using System.Diagnostics;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class FolderHistoryTests(ITestOutputHelper output)
{
    private static readonly VersioningOptions Patient = new() { FolderHistoryTimeMax = TimeSpan.FromMinutes(1) };

    [Theory, OnEveryEngine]
    public async Task Each_name_has_the_commit_that_changed_it_last_through_merges_too(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var house = await VersioningHouse.StartAsync(engine, Patient);
        var history = new List<(Digest Id, int[] Parents, Dictionary<string, int> Files)>();
        for (var i = 0; i < 60; i++)
        {
            int[] parents = i == 0
                ? []
                : [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(Math.Max(0, i - 6), i)).Distinct()];
            var files = i == 0 ? [] : new Dictionary<string, int>(history[parents[0]].Files);
            // A merge takes some of the other side as it is: then that side, and not the merge, has changed it.
            if (parents.Length > 1)
                foreach (var (name, version) in history[parents[1]].Files.Where(_ => random.Next(2) == 0)) files[name] = version;
            for (var change = random.Next(3); change >= 0; change--) files[$"f{random.Next(8)}"] = i;
            if (random.Next(4) == 0) files.Remove($"f{random.Next(8)}");
            files["kept"] = 0;
            var tree = house.AddTree([.. files.Select(file => ($"a/b/{file.Key}", $"{file.Value}")), ("aside", $"{i}")]);
            history.Add((house.AddCommit($"c{i}", [.. parents.Select(parent => history[parent].Id)], tree), parents, files));
        }

        Got(await house.Commits.RecordAsync(Principal.Local, Repo, [.. history.Select(one => one.Id)], Cancellation));
        for (var head = 0; head < history.Count; head++)
        {
            var names = history[head].Files.Keys.Order(StringComparer.Ordinal).ToArray();
            var found = await AskAsync(house, history[head].Id, "a/b", names);
            Assert.Equal(names, found.Keys.Order(StringComparer.Ordinal));
            foreach (var name in names) Assert.Equal($"c{LastOf(head, name)}", found[name].Commit.Message);
        }

        var root = await AskAsync(house, history[^1].Id, "", ["a", "aside"]);
        Assert.Equal("c59", root["aside"].Commit.Message);

        int LastOf(int commit, string name)
        {
            var version = history[commit].Files[name];
            foreach (var parent in history[commit].Parents)
                if (history[parent].Files.TryGetValue(name, out var before) && before == version) return LastOf(parent, name);
            return commit;
        }
    }

    [Fact]
    public async Task A_large_folder_with_a_long_history_stalls_nobody_and_is_told_little_by_little()
    {
        const int commits = 100_000;
        const int names = 10_000;
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var large = house.AddTree([.. Enumerable.Range(0, names).Select(i => ($"n{i:00000}", "same"))]);
        var line = new List<Digest>(commits);
        for (var i = 0; i < commits; i++)
        {
            var root = new TreeEntry[] { TreeEntry.Folder("large", large), house.Objects.AddFile("beside", $"{i % 100}") };
            var tree = Got(new Weighhouse.Versioning.Objects.TreeWriter(house.Objects).Write(root));
            line.Add(house.AddCommit($"c{i}", i == 0 ? [] : [line[^1]], tree));
        }

        Got(await house.Commits.RecordAsync(Principal.Local, Repo, line, Cancellation));
        string[] page = [.. Enumerable.Range(0, 500).Select(i => $"n{i:00000}")];
        var first = await FirstAsync(house, line[^1], page);
        var clock = Stopwatch.StartNew();
        var asked = 1;
        var found = first;
        for (; found.Count == 0 && asked < 1_000; asked++) found = await AskAsync(house, line[^1], "large", page);
        output.WriteLine($"told after {asked} answers, {clock.Elapsed.TotalMilliseconds:0} ms in all");
        Assert.Equal(500, found.Count);
        Assert.All(found.Values, named => Assert.Equal("c0", named.Commit.Message));
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_not_view_the_repository_learns_nothing(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine, Patient);
        var commit = await house.CommitAsync("heads/main", ("a", "1"));

        var refused = await house.Commits.LastChangesAsync(Contributor("other"), Repo, commit, TreePath.Root, ["a"], Cancellation);

        Assert.Equal(ErrorCode.NotFound, refused.Error?.Code);
        Assert.Equal(commit, (await AskAsync(house, commit, "", ["a"]))["a"].Id);
        Assert.Empty(await AskAsync(house, commit, "", []));
    }

    /// <summary>The best of five times counts, as a busy machine may rest during any one of them.</summary>
    private async Task<IReadOnlyDictionary<string, NamedCommit>> FirstAsync(VersioningHouse house, Digest commit, string[] page)
    {
        for (var attempt = 1; ; attempt++)
        {
            await house.Database.OpenAsync();
            var clock = Stopwatch.StartNew();
            var first = await AskAsync(house, commit, "large", page);
            output.WriteLine($"first answer, cold: {clock.Elapsed.TotalMilliseconds:0} ms, {first.Count} names");
            if (clock.Elapsed < TimeSpan.FromSeconds(1)) return first;
            Assert.True(attempt < 5, "The first answer took longer than a second five times.");
        }
    }

    private static async Task<IReadOnlyDictionary<string, NamedCommit>> AskAsync(
        VersioningHouse house, Digest commit, string folder, string[] names) =>
        Got(await house.Commits.LastChangesAsync(
            Principal.Local, Repo, commit, Got(TreePath.Parse(folder)), names, Cancellation));
}
