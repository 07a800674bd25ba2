using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public class LogFilterTests
{
    [Fact]
    public async Task A_history_is_asked_for_by_author_and_words_whatever_their_case()
    {
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var first = await AddAsync(house, "Add the labels", "Ann Lee", "ann@example.org", []);
        var second = await AddAsync(house, "Mend labels\n\nOf the cats.", "Wei", "wei@example.org", [first]);
        var third = await AddAsync(house, "Drop the cats", "ANN LEE", "", [second]);

        var log = new LogQuery([third]);
        Assert.Equal(["Drop the cats", "Add the labels"], await house.LogAsync(log with { Author = "ann l" }));
        Assert.Equal(["Mend labels\n\nOf the cats."], await house.LogAsync(log with { Author = "WEI@" }));
        Assert.Equal(2, (await house.LogAsync(log with { Text = "CATS" })).Length);
        Assert.Equal(["Drop the cats"], await house.LogAsync(log with { Text = "cats", Author = "lee" }, pageSize: 1));
        Assert.Empty(await house.LogAsync(log with { Text = "dogs" }));
    }

    [Fact]
    public async Task A_page_of_one_filter_does_not_go_on_under_another()
    {
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var head = await AddAsync(house, "one", "Ann", "", []);
        for (var i = 0; i < 3; i++) head = await AddAsync(house, $"one {i}", "Ann", "", [head]);
        var log = new LogQuery([head]) { Text = "one" };
        var page = Got(await house.Commits.LogAsync(Principal.Local, Repo, log, new PageRequest(1), Cancellation));

        var other = await house.Commits.LogAsync(
            Principal.Local, Repo, log with { Text = "two" }, new PageRequest(1, page.NextToken), Cancellation);

        Assert.Equal(ErrorCode.InvalidArgument, other.Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_preview_tells_what_a_merge_would_do_and_does_nothing(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var start = await house.CommitAsync("heads/main", ("a", "1"), ("b", "1"));
        Got(await house.MoveAsync("heads/side", null, start));
        var ahead = await house.CommitAsync("heads/side", ("a", "1"), ("b", "2"));
        Assert.Equal(MergeResultKind.FastForward, await TryAsync(house, "side"));
        var main = await house.CommitAsync("heads/main", ("a", "3"), ("b", "1"));
        Assert.Equal(MergeResultKind.Committed, await TryAsync(house, "side"));
        Got(await house.MoveAsync("heads/clash", null, ahead));
        await house.CommitAsync("heads/clash", ("a", "4"), ("b", "2"));
        Assert.Equal(MergeResultKind.Conflicts, await TryAsync(house, "clash"));
        Assert.Equal(MergeResultKind.UpToDate, await TryAsync(house, start.ToString()));

        Assert.Equal(main, await house.HeadAsync("heads/main"));
    }

    private static async Task<MergeResultKind> TryAsync(VersioningHouse house, string from)
    {
        var request = new MergeRequest("main", from, MergeStrategy.Fail) { IsPreview = true };
        return Got(await house.Merges.MergeAsync(Viewer(Scope.DefaultProject), Repo, request, Cancellation)).Kind;
    }

    private static async Task<Digest> AddAsync(
        VersioningHouse house, string message, string name, string email, IReadOnlyList<Digest> parents)
    {
        var commit = new Commit(
            house.AddTree(("a", message)).Id, parents, new CommitAuthor(name, email), 1_700_000_000_000 + parents.Count, message,
            Commit.NoFacts, []);
        var id = house.AddCommit(commit);
        Got(await house.Commits.RecordAsync(Principal.Local, Repo, [id], Cancellation));
        return id;
    }
}
