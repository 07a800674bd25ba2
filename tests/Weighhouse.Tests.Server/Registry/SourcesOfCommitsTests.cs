using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class SourcesOfCommitsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task Files_of_a_commit_are_a_version_and_stay_so(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var (repository, commit, tree) = await CommitAsync(house);
        await house.AddModelAsync("m");
        var whole = await house.AddVersionAsync("m", $"repos:/{repository}/{commit}");
        Assert.Equal((tree, 2L), (whole.Commit!.Tree, whole.Commit.FileCount));
        var folder = await house.AddVersionAsync("m", $"repos:/{repository}/{commit}/data");
        Assert.Equal(["weights"], await NamesAsync(house, folder));
        var file = await house.AddVersionAsync("m", $"repos:/{repository}/{commit}/data/weights");
        Assert.Equal(["weights"], await NamesAsync(house, file));
        var made = Got(await house.Commits.GetAsync(Principal.Local, "m-model", file.Commit!.Id, Cancellation)).Commit;
        Assert.Contains(new CommitLink("files-of", $"commit:{commit}"), made.Links);
        Assert.Equal(repository, made.Facts["repository"]);
    }

    [Theory, OnEveryEngine]
    public async Task A_commit_that_the_caller_may_not_view_is_no_source(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var (repository, commit, _) = await CommitAsync(house);
        await house.AddModelAsync("m");
        var ann = new Principal(PrincipalKind.User, "ann", [new Grant(Role.Contributor, Scope.Model("default", "m"))]);
        var hidden = await house.Versions.CreateAsync(ann, new NewModelVersion("m", $"repos:/{repository}/{commit}"), Cancellation);
        Assert.Equal(ErrorCode.NotFound, hidden.Error?.Code);
        foreach (var wrong in (string[])[$"repos:/{repository}", $"repos:/{repository}/main", $"repos:/{repository}/{commit}/nothing"])
        {
            var refused = await house.Versions.CreateAsync(Principal.Local, new NewModelVersion("m", wrong), Cancellation);
            Assert.Equal("source", refused.Error?.Field);
        }

        Assert.Empty(await house.SearchVersionsAsync("name = 'm'"));
    }

    /// <summary>A repository with the files of a model's version: what another version had.</summary>
    private static async Task<(string Repository, Digest Commit, Digest Tree)> CommitAsync(RegistryHouse house)
    {
        var run = await ModelRepositoryTests.RunWithModelAsync(house, ("model/MLmodel", "flavors"), ("model/data/weights", "12345"));
        await house.AddModelAsync("origin");
        var version = await house.AddVersionAsync("origin", $"{run.Info.ArtifactUri}/model");
        return ("origin-model", version.Commit!.Id, version.Commit.Tree);
    }

    private static async Task<IEnumerable<string>> NamesAsync(RegistryHouse house, ModelVersion version) =>
        Got(await house.Content.FilesAsync(Principal.Local, version.Id, Cancellation)).Files.Select(static file => file.Path);
}
