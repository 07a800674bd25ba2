using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class RefTests
{
    private const int Writers = 8;

    [Theory, OnEveryEngine]
    public async Task A_branch_moves_forward_only_from_where_it_was_seen(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.RecordAsync("first");
        var second = await house.RecordAsync("second", first);
        var aside = await house.RecordAsync("aside", first);
        Got(await house.MoveAsync("heads/main", null, first));
        Got(await house.MoveAsync("heads/main", first, second));
        Assert.Equal(ErrorCode.Conflict, (await house.MoveAsync("heads/main", first, aside, force: true)).Error?.Code);
        Assert.Equal(ErrorCode.Conflict, (await house.MoveAsync("heads/main", null, aside)).Error?.Code);
        Assert.Equal(ErrorCode.FailedPrecondition, (await house.MoveAsync("heads/main", second, aside)).Error?.Code);
        Got(await house.MoveAsync("heads/main", second, aside, force: true));
        Assert.Equal(aside, Got(await house.Refs.GetAsync(Principal.Local, Repo, "heads/main", Cancellation)).Commit);
        var log = Got(await house.Refs.LogAsync(Principal.Local, Repo, "heads/main", new PageRequest(10), Cancellation));
        Assert.Equal(
            [(second, aside), (first, second), (null, first)], log.Items.Select(entry => (entry.Old, entry.New!.Value)));
        Assert.Contains(house.Audit.Entries, entry => entry.Action == "ref.force");
    }

    [Theory, OnEveryEngine]
    public async Task Several_refs_change_together_or_not_at_all(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.RecordAsync("first");
        Got(await house.MoveAsync("tags/v1", null, first));
        var second = house.AddCommit("second", [first]);
        var update = new RefUpdate([new("heads/main", null, second), new("tags/v1", null, second)], "push", [second]);
        Assert.Equal(ErrorCode.Conflict, (await house.Refs.UpdateAsync(Principal.Local, Repo, update, Cancellation)).Error?.Code);
        Assert.Equal(
            ErrorCode.NotFound, (await house.Refs.GetAsync(Principal.Local, Repo, "heads/main", Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await house.Commits.GetAsync(Principal.Local, Repo, second, Cancellation)).Error?.Code);
        Got(await house.Refs.UpdateAsync(
            Principal.Local, Repo, update with { Changes = [update.Changes[0], new("tags/v2", null, second)] }, Cancellation));
        var refs = Got(await house.Refs.ListAsync(Principal.Local, Repo, "", new PageRequest(10), Cancellation));
        Assert.Equal(["heads/main", "tags/v1", "tags/v2"], refs.Items.Select(reference => reference.Name));
        refs = Got(await house.Refs.ListAsync(Principal.Local, Repo, Ref.Tags, new PageRequest(1), Cancellation));
        Assert.Equal("v1", refs.Items.Single().ShortName);
        refs = Got(await house.Refs.ListAsync(Principal.Local, Repo, Ref.Tags, new PageRequest(1, refs.NextToken), Cancellation));
        Assert.Equal(("v2", null), (refs.Items.Single().ShortName, refs.NextToken));
    }

    [Theory, OnEveryEngine]
    public async Task A_tag_never_moves_and_goes_only_by_an_administrator(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.RecordAsync("first");
        var second = await house.RecordAsync("second", first);
        Got(await house.MoveAsync("tags/v1", null, first));
        Assert.Equal(ErrorCode.FailedPrecondition, (await house.MoveAsync("tags/v1", first, second, force: true)).Error?.Code);
        var contributor = Contributor(Scope.DefaultProject);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.MoveAsync("tags/v1", first, null, caller: contributor)).Error?.Code);
        Got(await house.MoveAsync("tags/v1", first, null));
        Got(await house.MoveAsync("tags/v1", null, second));
    }

    [Theory, OnEveryEngine]
    public async Task Of_writers_on_one_branch_all_land_or_hear_of_it(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var root = await house.RecordAsync("root");
        Got(await house.MoveAsync("heads/main", null, root));
        var landed = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => LandAsync(house, writer))));
        Assert.Equal(Writers * 5, landed.Sum());
        var log = await house.LogAsync(new LogQuery([Got(await house.Refs.ResolveAsync(Principal.Local, Repo, "main", Cancellation))]), 7);
        Assert.Equal(1 + (Writers * 5), log.Length);
        Assert.Equal(log.Length, log.Distinct().Count());
    }

    [Theory, OnEveryEngine]
    public async Task A_revision_is_a_name_or_digits_and_steps(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var first = await house.RecordAsync("first");
        var left = await house.RecordAsync("left", first);
        var right = await house.RecordAsync("right", first);
        var merge = await house.RecordAsync("merge", left, right);
        Got(await house.MoveAsync("heads/main", null, merge));
        Got(await house.MoveAsync("tags/v1", null, right));
        foreach (var (revision, expected) in new[]
                 {
                     ("main", merge), ("heads/main", merge), ("v1", right), ("main~1", left), ("main^2", right), ("main^2~1", first),
                     ("main~~", first), (merge.ToString(), merge), (left.ToString()[..12], left),
                     (left.ToString()[..12].ToUpperInvariant(), left),
                     ("main^0", merge),
                 }) Assert.Equal(expected, Got(await house.Refs.ResolveAsync(Principal.Local, Repo, revision, Cancellation)));
        foreach (var revision in new[] { "nobody", "main~3", "main^3", "0000", "ma" })
            Assert.Equal(ErrorCode.NotFound, (await house.Refs.ResolveAsync(Principal.Local, Repo, revision, Cancellation)).Error?.Code);
        foreach (var revision in new[] { "", "main~x", "main^99999999999", "main~1x" })
            Assert.Equal(
                ErrorCode.InvalidArgument, (await house.Refs.ResolveAsync(Principal.Local, Repo, revision, Cancellation)).Error?.Code);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("heads/")]
    [InlineData("heads/a b")]
    [InlineData("heads/../x")]
    [InlineData("heads/.x")]
    [InlineData("heads/x.lock")]
    [InlineData("heads/x~1")]
    [InlineData("heads//x")]
    [InlineData("heads/-x")]
    [InlineData("heads/x@{1}")]
    public async Task A_name_that_could_mean_something_else_is_refused(string name)
    {
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var first = await house.RecordAsync("first");
        Assert.Equal(ErrorCode.InvalidArgument, (await house.MoveAsync(name, null, first)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_not_view_a_repository_does_not_learn_that_it_is_there(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var stranger = Contributor("other");
        Assert.Equal(ErrorCode.NotFound, (await house.Repositories.GetAsync(stranger, Repo, Cancellation)).Error?.Code);
        Assert.Empty(Got(await house.Repositories.ListAsync(stranger, new RepositoryQuery(), new PageRequest(10), Cancellation)).Items);
        var viewer = Viewer(Scope.DefaultProject);
        var first = await house.RecordAsync("first");
        Assert.Equal(ErrorCode.PermissionDenied, (await house.MoveAsync("heads/x", null, first, caller: viewer)).Error?.Code);
        Assert.Single(Got(await house.Repositories.ListAsync(viewer, new RepositoryQuery(), new PageRequest(10), Cancellation)).Items);
    }

    [Theory, OnEveryEngine]
    public async Task A_deleted_repository_comes_back_with_its_refs(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        Got(await house.MoveAsync("heads/main", null, await house.RecordAsync("first")));
        Assert.Equal(
            ErrorCode.PermissionDenied,
            (await house.Repositories.DeleteAsync(Contributor(Scope.DefaultProject), Repo, Cancellation)).Error?.Code);
        Got(await house.Repositories.DeleteAsync(Principal.Local, Repo, Cancellation));
        Assert.Equal(ErrorCode.NotFound, (await house.Repositories.GetAsync(Principal.Local, Repo, Cancellation)).Error?.Code);
        Assert.Single(Got(await house.Repositories.ListDeletedAsync(Principal.Local, Cancellation)));
        Got(await house.Repositories.RestoreAsync(Principal.Local, Repo, Cancellation));
        Got(await house.Refs.GetAsync(Principal.Local, Repo, "heads/main", Cancellation));
        Got(await house.Repositories.DeleteAsync(Principal.Local, Repo, Cancellation));
        Got(await house.Repositories.CreateAsync(Principal.Local, new NewRepository(Repo), Cancellation));
        Assert.Equal(
            ErrorCode.NotFound, (await house.Refs.GetAsync(Principal.Local, Repo, "heads/main", Cancellation)).Error?.Code);
        Assert.Equal(
            ErrorCode.AlreadyExists, (await house.Repositories.RestoreAsync(Principal.Local, Repo, Cancellation)).Error?.Code);
    }

    /// <summary>Lands five commits on the branch, beginning again each time another was faster; returns how many landed.</summary>
    private static async Task<int> LandAsync(VersioningHouse house, int writer)
    {
        var landed = 0;
        while (landed < 5)
        {
            var head = Got(await house.Refs.GetAsync(Principal.Local, Repo, "heads/main", Cancellation)).Commit;
            var commit = house.AddCommit($"{writer}/{landed}/{head}", [head]);
            var update = new RefUpdate([new RefChange("heads/main", head, commit)], "commit", [commit]);
            var result = await house.Refs.UpdateAsync(Principal.Local, Repo, update, Cancellation);
            if (result.IsFailure) Assert.Equal(ErrorCode.Conflict, result.Error.Code);
            else landed++;
        }

        return landed;
    }
}
