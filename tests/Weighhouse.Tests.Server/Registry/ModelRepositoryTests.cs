using System.IO.Pipelines;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class ModelRepositoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_version_is_a_commit_of_its_files_whatever_becomes_of_them(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var run = await RunWithModelAsync(house, ("model/MLmodel", "flavors"), ("model/data/weights.bin", "1234567"));
        var repository = (await house.AddModelAsync("digits")).Repository;
        Assert.Equal("digits-model", repository);
        var made = Got(await house.Versions.CreateAsync(
            Principal.Local, new NewModelVersion("digits", $"{run.Info.ArtifactUri}/model", run.Info.Id), Cancellation));
        Assert.Equal((2L, 14L, null), (made.Commit!.FileCount, made.Commit.SizeBytes, made.Commit.Note));
        Assert.True(house.Artifacts.PathOf(run.Info.ArtifactUri).TryGet(out var root, out _));
        Got(await house.Artifacts.DeleteAsync(Principal.Local, root, Cancellation));

        var tag = Got(await house.Refs.GetAsync(Principal.Local, "digits-model", "tags/v1", Cancellation));
        Assert.Equal(made.Commit.Id, tag.Commit);
        Assert.Equal(["MLmodel", "data"], await NamesAsync(house, "digits-model", tag.Commit));
        var commit = Got(await house.Commits.GetAsync(Principal.Local, "digits-model", tag.Commit, Cancellation)).Commit;
        Assert.Equal(made.Commit.Tree, commit.Tree);
        Assert.Equal(("1", run.Info.Id.Text), (commit.Facts["version"], commit.Facts["run"]));
        Assert.Contains(new CommitLink("run", $"run:{run.Info.Id.Text}"), commit.Links);
    }

    [Theory, OnEveryEngine]
    public async Task Versions_follow_each_other_and_a_copy_tells_its_original(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var run = await RunWithModelAsync(house, ("model/a", "one"));
        await house.AddModelAsync("m");
        await house.AddModelAsync("other");
        var first = Got(await house.Versions.CreateAsync(
            Principal.Local, new NewModelVersion("m", $"runs:/{run.Info.Id}/model"), Cancellation));
        var second = await house.AddVersionAsync("m", "s3://bucket/model");
        var copy = await house.AddVersionAsync("other", "models:/m/1");
        Assert.Equal(first.Commit!.Tree, copy.Commit!.Tree);
        Assert.Equal("The files are elsewhere: s3://bucket/model.", second.Commit!.Note);
        var commit = Got(await house.Commits.GetAsync(Principal.Local, "m-model", second.Commit.Id, Cancellation)).Commit;
        Assert.Equal([first.Commit.Id], commit.Parents);
        Assert.Equal(second.Commit.Id, Got(await house.Refs.GetAsync(Principal.Local, "m-model", "heads/main", Cancellation)).Commit);
        var original = Got(await house.Commits.GetAsync(Principal.Local, "other-model", copy.Commit.Id, Cancellation)).Commit;
        Assert.Equal("m/1", original.Facts["copied-from"]);
    }

    [Theory, OnEveryEngine]
    public async Task Aliases_and_stages_are_refs_that_only_the_registry_moves(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var version = (await house.AddVersionAsync("m")).Id;
        var commit = (await house.AddVersionAsync("m")).Commit!.Id;
        var second = version with { Version = 2 };
        Got(await house.Models.SetAliasAsync(Principal.Local, version, "champion", Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, second, "champion", Cancellation));
        Got(await house.Models.SetAliasAsync(Principal.Local, second, "-odd", Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, version, "Production", false, Cancellation));
        Got(await house.Versions.MoveAsync(Principal.Local, second, "production", true, Cancellation));
        var odd = "aliases/sha256." + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("-odd"u8));
        Assert.Equal(
            ["aliases/champion", odd, "heads/main", "stages/Archived/v1", "stages/Production/v2", "tags/v1", "tags/v2"],
            await RefNamesAsync(house, "m-model"));
        Assert.Equal(commit, Got(await house.Refs.GetAsync(Principal.Local, "m-model", "aliases/champion", Cancellation)).Commit);

        foreach (var name in (string[])["aliases/champion", "stages/Production/v1", "tags/v9", "heads/main"])
        {
            var update = new RefUpdate([new RefChange(name, null, commit)], "by hand");
            var refused = await house.Refs.UpdateAsync(Principal.Local, "m-model", update, Cancellation);
            Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        }

        var mine = new RefUpdate([new RefChange("heads/experiment", null, commit)], "by hand");
        Got(await house.Refs.UpdateAsync(Principal.Local, "m-model", mine, Cancellation));
        var deletion = await house.Repositories.DeleteAsync(Principal.Local, "m-model", Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, deletion.Error?.Code);
        var renaming = await house.Repositories.ChangeAsync(Principal.Local, "m-model", new RepositoryChange(Name: "mine"), Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, renaming.Error?.Code);

        Got(await house.Versions.DeleteAsync(Principal.Local, second, Cancellation));
        Assert.Equal(
            ["heads/experiment", "heads/main", "stages/Archived/v1", "tags/v1"], await RefNamesAsync(house, "m-model"));
    }

    [Theory, OnEveryEngine]
    public async Task A_repository_is_named_after_its_model_as_far_as_it_can_be_and_lives_and_dies_with_it(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        Got(await house.Repositories.CreateAsync(Principal.Local, new NewRepository("taken"), Cancellation));
        Assert.Equal("taken-model", (await house.AddModelAsync("taken")).Repository);
        Assert.Equal("a-b--c-model", (await house.AddModelAsync("a/b: c")).Repository);
        Assert.Equal("m----model", (await house.AddModelAsync("数字识")).Repository);
        Assert.Equal("a-b--c-model-2", (await house.AddModelAsync("a b: c")).Repository);
        Assert.Equal("tool.git-model", (await house.AddModelAsync("tool.git")).Repository);

        var ann = new Principal(PrincipalKind.User, "ann", [new Grant(Role.Viewer, Scope.Model("default", "renamed"))]);
        var before = await house.Repositories.GetAsync(ann, "taken-model", Cancellation);
        Assert.Equal(ErrorCode.NotFound, before.Error?.Code);
        Got(await house.Models.RenameAsync(Principal.Local, "taken", "renamed", Cancellation));
        var seen = Got(await house.Repositories.GetAsync(ann, "taken-model", Cancellation));
        Assert.Equal("model:renamed", seen.GovernedBy);
        Got(await house.Models.DeleteAsync(Principal.Local, "renamed", Cancellation));
        Assert.Equal(ErrorCode.NotFound, (await house.Repositories.GetAsync(Principal.Local, "taken-model", Cancellation)).Error?.Code);
        Assert.Equal("taken-model", (await house.AddModelAsync("taken")).Repository);
        var listed = Got(await house.Repositories.ListAsync(Principal.Local, new RepositoryQuery(), new PageRequest(100), Cancellation));
        Assert.Equal(["taken"], listed.Items.Select(static repository => repository.Name));
    }

    [Theory, OnEveryEngine]
    public async Task Files_that_no_folder_may_have_do_not_keep_a_model_from_being_registered(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var run = await RunWithModelAsync(house, ("model/.git/config", "x"), ("model/a", "y"));
        await house.AddModelAsync("m");
        var made = await house.AddVersionAsync("m", $"{run.Info.ArtifactUri}/model");
        Assert.Equal(0, made.Commit!.FileCount);
        Assert.Contains(".git", made.Commit.Note);
    }

    internal static async Task<Run> RunWithModelAsync(RegistryHouse house, params (string Path, string Text)[] files)
    {
        var run = Got(await house.Runs.CreateAsync(Principal.Local, new NewRun(new ExperimentId(0)), Cancellation));
        Assert.True(house.Artifacts.PathOf(run.Info.ArtifactUri).TryGet(out var root, out _));
        foreach (var (path, text) in files)
        {
            Assert.True(root.Append(path).TryGet(out var target, out _));
            var content = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text)));
            Got(await house.Artifacts.PutAsync(Principal.Local, target, content, Cancellation));
        }

        return run;
    }

    private static async Task<string[]> RefNamesAsync(RegistryHouse house, string repository)
    {
        var listed = Got(await house.Refs.ListAsync(Principal.Local, repository, "", new PageRequest(100), Cancellation));
        return [.. listed.Items.Select(static found => found.Name)];
    }

    private static async Task<string[]> NamesAsync(RegistryHouse house, string repository, Digest commit)
    {
        var listed = Got(await house.Files.ListAsync(
            Principal.Local, repository, commit, TreePath.Root, new PageRequest(100), Cancellation));
        return [.. listed.Items.Select(static entry => entry.Name)];
    }
}
