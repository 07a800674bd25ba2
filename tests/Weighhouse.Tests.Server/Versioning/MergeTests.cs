using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class MergeTests
{
    [Theory, OnEveryEngine]
    public async Task A_branch_with_nothing_of_its_own_moves_forward(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("a", "1"));
        Got(await house.MoveAsync("heads/side", null, first));
        var second = await house.CommitAsync("heads/side", ("a", "2"));
        Assert.Equal(new(MergeResultKind.FastForward, second), Told(await MergeAsync(house, "main", "side")));
        Assert.Equal(new(MergeResultKind.UpToDate, second), Told(await MergeAsync(house, "main", "side")));
        Assert.Equal(new(MergeResultKind.UpToDate, second), Told(await MergeAsync(house, "main", first.ToString())));
    }

    [Theory, OnEveryEngine]
    public async Task Two_lines_come_together_in_a_commit_with_two_parents(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("a", "1"), ("b", "1"));
        Got(await house.MoveAsync("heads/side", null, first));
        var ours = await house.CommitAsync("heads/main", ("a", "2"), ("b", "1"));
        var theirs = await house.CommitAsync("heads/side", ("a", "1"), ("b", "2"));
        var merged = Got(await MergeAsync(house, "main", "side"));
        var commit = Got(await house.Commits.GetAsync(Principal.Local, Repo, merged.Head, Cancellation)).Commit;
        Assert.Equal([ours, theirs], commit.Parents);
        Assert.Equal(house.AddTree(("a", "2"), ("b", "2")).Id, commit.Tree);
        Assert.Equal("Merge side into main", commit.Subject);
        Assert.Equal(("local", merged.Head), (commit.Author.Name, await house.HeadAsync("heads/main")));
    }

    [Theory, OnEveryEngine]
    public async Task A_conflict_changes_nothing_and_is_told_as_data(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("x/a", "1"));
        Got(await house.MoveAsync("heads/side", null, first));
        var ours = await house.CommitAsync("heads/main", ("x/a", "2"));
        await house.CommitAsync("heads/side", ("x/a", "3"));
        var result = Got(await MergeAsync(house, "main", "side"));
        Assert.Equal((MergeResultKind.Conflicts, ours, ours), (result.Kind, result.Head, await house.HeadAsync("heads/main")));
        Assert.Equal(("x/a", ConflictKind.BothModified), (Assert.Single(result.Conflicts).Path.Text, result.Conflicts[0].Kind));
        result = Got(await MergeAsync(house, "main", "side", new MergeStrategy(MergeChoice.Theirs)));
        Assert.Equal(MergeResultKind.Committed, result.Kind);
        var commit = Got(await house.Commits.GetAsync(Principal.Local, Repo, result.Head, Cancellation)).Commit;
        Assert.Equal(house.AddTree(("x/a", "3")).Id, commit.Tree);
    }

    [Theory, OnEveryEngine]
    public async Task A_commit_is_taken_back_and_repeated(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("a", "1"), ("b", "1"));
        var second = await house.CommitAsync("heads/main", ("a", "2"), ("b", "1"));
        await house.CommitAsync("heads/main", ("a", "2"), ("b", "2"));
        var reverted = Got(await house.Merges.RevertAsync(
            Principal.Local, Repo, new ReplayRequest("main", second.ToString(), MergeStrategy.Fail), Cancellation));
        var commit = Got(await house.Commits.GetAsync(Principal.Local, Repo, reverted.Head, Cancellation)).Commit;
        Assert.Equal(house.AddTree(("a", "1"), ("b", "2")).Id, commit.Tree);
        Assert.Equal(new CommitLink("reverts", $"commit:{second}"), Assert.Single(commit.Links));
        var picked = Got(await house.Merges.CherryPickAsync(
            Principal.Local, Repo, new ReplayRequest("main", second.ToString(), MergeStrategy.Fail), Cancellation));
        commit = Got(await house.Commits.GetAsync(Principal.Local, Repo, picked.Head, Cancellation)).Commit;
        Assert.Equal(house.AddTree(("a", "2"), ("b", "2")).Id, commit.Tree);
        // The first commit of all is taken back against the empty tree.
        var bare = Got(await house.Merges.RevertAsync(
            Principal.Local, Repo, new ReplayRequest("main", first.ToString(), new MergeStrategy(MergeChoice.Theirs)), Cancellation));
        commit = Got(await house.Commits.GetAsync(Principal.Local, Repo, bare.Head, Cancellation)).Commit;
        Assert.Equal(house.AddTree().Id, commit.Tree);
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_only_look_merges_nothing(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.CommitAsync("heads/main", ("a", "1"), ("b", "1"));
        Got(await house.MoveAsync("heads/side", null, first));
        await house.CommitAsync("heads/main", ("a", "2"), ("b", "1"));
        await house.CommitAsync("heads/side", ("a", "1"), ("b", "2"));
        var before = house.Objects.Ids.Count();
        var refused = await house.Merges.MergeAsync(
            Viewer(Scope.DefaultProject), Repo, new MergeRequest("main", "side", MergeStrategy.Fail), Cancellation);
        Assert.Equal((ErrorCode.PermissionDenied, before), (refused.Error?.Code, house.Objects.Ids.Count()));
    }

    private static ValueTask<Result<MergeResult>> MergeAsync(
        VersioningHouse house, string into, string from, MergeStrategy? strategy = null) =>
        house.Merges.MergeAsync(Principal.Local, Repo, new MergeRequest(into, from, strategy ?? MergeStrategy.Fail), Cancellation);

    private static (MergeResultKind, Digest) Told(Result<MergeResult> result) => (Got(result).Kind, result.Value.Head);
}
