using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;
using static Weighhouse.Tests.Server.Versioning.VersioningHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class LineageTests
{
    [Theory, OnEveryEngine]
    public async Task From_a_prediction_one_walks_back_to_the_data_and_from_the_data_to_what_is_live(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await RecordAsync(
            house, "default", new("dataset:d1", "trained", "run:1"), new("run:1", "registered", "model:m/1"),
            new("model:m/1", "deployed", "deployment:live"), new("deployment:live", "predicted", "prediction:p"),
            new("dataset:d2", "trained", "run:1"), new("run:1", "registered", "model:m/1"));
        var why = Got(await house.Lineage.WhyAsync(Principal.Local, "prediction:p", 10, Cancellation));
        Assert.Equal(
            [
                ("prediction:p", 0), ("deployment:live", 1), ("model:m/1", 2), ("run:1", 3), ("dataset:d1", 4), ("dataset:d2", 4),
            ],
            why.Nodes.Select(node => (node.Node, node.Distance)));
        Assert.Equal((5, false), (why.Edges.Count, why.IsCut));
        var impact = Got(await house.Lineage.ImpactAsync(Principal.Local, "dataset:d1", 2, Cancellation));
        Assert.Equal(["dataset:d1", "run:1", "model:m/1"], impact.Nodes.Select(node => node.Node));
        Assert.True(impact.IsCut);
    }

    [Theory, OnEveryEngine]
    public async Task A_circle_ends_and_other_projects_stay_unseen(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        await RecordAsync(house, "default", new("run:1", "next", "run:2"), new("run:2", "next", "run:1"));
        await RecordAsync(house, "secret", new LineageEdge("dataset:hidden", "trained", "run:1"));
        var seen = Got(await house.Lineage.WhyAsync(Viewer("default"), "run:1", 10, Cancellation));
        Assert.Equal(["run:1", "run:2"], seen.Nodes.Select(node => node.Node));
        Assert.False(seen.IsCut);
        Assert.Equal(3, Got(await house.Lineage.WhyAsync(Principal.Local, "run:1", 10, Cancellation)).Nodes.Count);
        var refused = await house.Lineage.RecordAsync(Viewer("default"), "default", [new("run:1", "next", "run:3")], Cancellation);
        Assert.Equal(ErrorCode.PermissionDenied, refused.Error?.Code);
    }

    [Theory]
    [InlineData("run", "next", "run:2")]
    [InlineData("run:1", "Next", "run:2")]
    [InlineData("run:1", "next", "run:")]
    [InlineData("run:1", "next", "run:1")]
    [InlineData("Run:1", "next", "run:2")]
    [InlineData("run:1", "next", "run:a\nb")]
    public async Task An_edge_that_is_none_is_refused(string source, string relation, string destination)
    {
        await using var house = await VersioningHouse.StartAsync(DatabaseEngine.Sqlite);
        var refused = await house.Lineage.RecordAsync(Principal.Local, "default", [new(source, relation, destination)], Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task What_a_commit_links_to_is_what_it_came_from(DatabaseEngine engine)
    {
        await using var house = await VersioningHouse.StartAsync(engine);
        var tree = house.AddTree(("a", "1"));
        var commit = new Commit(
            tree.Id, [], new CommitAuthor("Ann"), 1, "trained", Commit.NoFacts, [new("run", "run:7"), new("note", "no node")]);
        var id = house.AddCommit(commit);
        Got(await house.Commits.RecordAsync(Principal.Local, Repo, [id], Cancellation));
        var impact = Got(await house.Lineage.ImpactAsync(Principal.Local, "run:7", 1, Cancellation));
        Assert.Equal(["run:7", $"commit:{id}"], impact.Nodes.Select(node => node.Node));
    }

    private static async Task RecordAsync(VersioningHouse house, string project, params LineageEdge[] edges) =>
        Got(await house.Lineage.RecordAsync(Principal.Local, project, edges, Cancellation));
}
