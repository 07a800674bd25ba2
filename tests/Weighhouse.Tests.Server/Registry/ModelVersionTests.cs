using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class ModelVersionTests
{
    private const int Writers = 8;

    [Theory, OnEveryEngine]
    public async Task Numbers_are_given_once_whoever_asks_and_whatever_is_deleted(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => house.AddVersionAsync("m")));
        Got(await house.Versions.DeleteAsync(Principal.Local, new ModelVersionId("m", Writers), Cancellation));
        Assert.Equal(Writers + 1, (await house.AddVersionAsync("m")).Id.Version);
        Assert.Equal(
            Enumerable.Range(1, Writers - 1).Append(Writers + 1).Select(number => $"m/{number}"),
            await house.SearchVersionsAsync(null, "version_number ASC"));
        Refused(
            await house.Versions.GetAsync(Principal.Local, new ModelVersionId("m", Writers), Cancellation),
            ErrorCode.NotFound,
            $"Model Version (name=m, version={Writers}) not found");
    }

    [Theory, OnEveryEngine]
    public async Task A_stage_is_taken_over_and_its_latest_version_is_found(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        for (var i = 0; i < 4; i++) await house.AddVersionAsync("m");
        await MoveAsync(house, 1, "Production", false);
        await MoveAsync(house, 2, "Production", false);
        await MoveAsync(house, 3, "Staging", false);
        Assert.Equal("Production", (await MoveAsync(house, 3, "Production", true)).Stage);
        var latest = Got(await house.Versions.LatestAsync(Principal.Local, "m", [], Cancellation));
        Assert.Equal(
            [(2, "Archived"), (3, "Production"), (4, "None")],
            latest.Select(version => (version.Id.Version, version.Stage)));
        var production = Got(await house.Versions.LatestAsync(Principal.Local, "m", ["Production"], Cancellation));
        Assert.Equal(3, Assert.Single(production).Id.Version);
        var refused = await house.Versions.MoveAsync(Principal.Local, new ModelVersionId("m", 1), "Archived", true, Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
    }

    [Theory]
    [OnEveryEngine("s3://bucket/path")]
    [OnEveryEngine("mlflow-artifacts:/0/run/artifacts/model")]
    [OnEveryEngine("mlflow-artifacts:/models/foo///bar//")]
    [OnEveryEngine("mlflow-artifacts://host:9000/models/artifact/..../")]
    [OnEveryEngine("runs:/0123/model")]
    [OnEveryEngine("dbfs:/model")]
    [OnEveryEngine("https://host/a%20b")]
    [OnEveryEngine("hdfs://host/100%25")]
    public async Task A_source_with_a_scheme_is_taken(DatabaseEngine engine, string source)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var version = await house.AddVersionAsync("m", source);
        Assert.Equal((source, source), (version.Source, version.StorageUri));
    }

    [Theory]
    [OnEveryEngine("/etc/passwd")]
    [OnEveryEngine("etc/passwd")]
    [OnEveryEngine("../../etc")]
    [OnEveryEngine("file:///etc/passwd")]
    [OnEveryEngine("FILE:/etc")]
    [OnEveryEngine(" file:///etc")]
    [OnEveryEngine("file%3A///etc")]
    [OnEveryEngine("C:\\Windows")]
    [OnEveryEngine("c:/Windows")]
    [OnEveryEngine("\\\\server\\share")]
    [OnEveryEngine("mlflow-artifacts:/../../etc")]
    [OnEveryEngine("mlflow-artifacts://host:9000/..%2f..%2fetc")]
    [OnEveryEngine("mlflow-artifacts:/a/%2e%2e/b")]
    [OnEveryEngine("mlflow-artifacts:/a/%252e%252e/b")]
    [OnEveryEngine("mlflow-artifacts:/a/%25252e%25252e%25252fb")]
    [OnEveryEngine("https://host/a/./b")]
    [OnEveryEngine("https://host/a?x=/../b")]
    [OnEveryEngine("https://host/a;/../b")]
    [OnEveryEngine("https://host/a%00b")]
    [OnEveryEngine("s3:/bucket/..\\..\\x")]
    [OnEveryEngine("")]
    public async Task A_source_that_leads_to_local_files_or_upwards_is_refused(DatabaseEngine engine, string source)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var made = await house.Versions.CreateAsync(Principal.Local, new NewModelVersion("m", source), Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, made.Error?.Code);
        Assert.Empty(await house.SearchVersionsAsync(null));
    }

    [Theory, OnEveryEngine]
    public async Task A_version_made_of_another_leads_to_the_same_files(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        await house.AddModelAsync("copy/of m");
        await house.AddVersionAsync("m", "s3://one");
        await house.AddVersionAsync("m", "s3://two");
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 1), "best", Cancellation));
        await MoveAsync(house, 2, "Staging", false);
        Assert.Equal("s3://one", (await house.AddVersionAsync("copy/of m", "models:/m/1")).StorageUri);
        Assert.Equal("s3://one", (await house.AddVersionAsync("copy/of m", "models:/m@best")).StorageUri);
        Assert.Equal("s3://two", (await house.AddVersionAsync("copy/of m", "models:/m/latest")).StorageUri);
        Assert.Equal("s3://two", (await house.AddVersionAsync("copy/of m", "models:/m/staging")).StorageUri);
        Assert.Equal("s3://one", (await house.AddVersionAsync("m", "models:/copy/of m/1")).StorageUri);
        foreach (var missing in new[] { "models:/m/99", "models:/m@none", "models:/nope/1", "models:/m-0123", "models:/m/archived" })
        {
            var made = await house.Versions.CreateAsync(Principal.Local, new NewModelVersion("m", missing), Cancellation);
            Assert.Equal(ErrorCode.NotFound, made.Error?.Code);
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_version_of_a_logged_model_knows_its_run_and_is_told_to_it(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var run = Got(await house.Runs.CreateAsync(Principal.Local, new NewRun(ExperimentId.Default), Cancellation));
        var logged = Got(await house.LoggedModels.CreateAsync(
            Principal.Local, new NewLoggedModel(ExperimentId.Default, "lm", null, run.Info.Id, null, null), Cancellation));
        var version = await house.AddVersionAsync("m", $"models:/{logged.Id}");
        Assert.Equal((logged.ArtifactUri, run.Info.Id, logged.Id), (version.StorageUri, version.Run, version.LoggedModel));
        await house.AddVersionAsync("m", $"models:/{logged.Id}");
        var told = Got(await house.LoggedModels.GetAsync(Principal.Local, logged.Id, Cancellation));
        Assert.Equal(
            """[{"name": "m", "version": 1}, {"name": "m", "version": 2}]""",
            told.Tags.Single(tag => tag.Key == "mlflow.modelVersions").Value);
    }

    [Theory, OnEveryEngine]
    public async Task A_version_is_no_way_around_the_rights_on_its_files(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("ours", "red");
        await house.AddModelAsync("theirs", "blue");
        await house.AddVersionAsync("theirs");
        var secret = Got(await house.Experiments.CreateAsync(Principal.Local, new NewExperiment("secret", Project: "blue"), Cancellation));
        var contributor = Contributor("red");
        foreach (var source in new[] { $"{secret.ArtifactLocation}/run/artifacts/model", "models:/theirs/1" })
        {
            var made = await house.Versions.CreateAsync(contributor, new NewModelVersion("ours", source), Cancellation);
            Assert.Equal(ErrorCode.PermissionDenied, made.Error?.Code);
        }
    }

    [Theory]
    [OnEveryEngine("name = 'a'", "a/2 a/1")]
    [OnEveryEngine("version_number > 1", "a/2")]
    [OnEveryEngine("version_number = 1 AND name ILIKE 'A'", "a/1")]
    [OnEveryEngine("run_id = 'r1'", "a/1")]
    [OnEveryEngine("run_id IN ('r1', 'r2')", "b/1 a/1")]
    [OnEveryEngine("run_id != 'r1'", "b/1")]
    [OnEveryEngine("source_path LIKE 's3://%'", "b/1 a/2 a/1")]
    [OnEveryEngine("tags.k = 'v'", "a/2")]
    [OnEveryEngine("tags.`mlflow.prompt.is_prompt` != 'true' AND name = 'b'", "b/1")]
    public async Task A_filter_finds_versions(DatabaseEngine engine, string filter, string expected)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("a");
        await house.AddModelAsync("b");
        await AddWithRunAsync(house, "a", "r1");
        await house.AddVersionAsync("a", "s3://x", new Tag("k", "v"));
        await AddWithRunAsync(house, "b", "r2");
        Assert.Equal(
            expected.Split(' ').Order(StringComparer.Ordinal), (await house.SearchVersionsAsync(filter)).Order(StringComparer.Ordinal));
    }

    [Theory, OnEveryEngine]
    public async Task Pages_keep_their_order_while_versions_are_added(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        foreach (var name in new[] { "a", "b" })
        {
            await house.AddModelAsync(name);
            for (var i = 0; i < 5; i++) await house.AddVersionAsync(name);
        }

        string[] order = ["name DESC", "version_number ASC"];
        var found = new List<string>();
        string? token = null;
        do
        {
            var search = new VersionSearch(null, order, new PageRequest(3, token), FilterDialect.Mlflow);
            var page = Got(await house.Versions.SearchAsync(Principal.Local, search, Cancellation));
            found.AddRange(page.Items.Select(version => version.Id.ToString()));
            token = page.NextToken;
            if (found.Count == 3) await house.AddVersionAsync("b");
        }
        while (token is not null);

        Assert.Equal(["b/1", "b/2", "b/3", "b/4", "b/5", "b/6", "a/1", "a/2", "a/3", "a/4", "a/5"], found);
        var other = new VersionSearch(null, ["name ASC"], new PageRequest(3, "nonsense"), FilterDialect.Mlflow);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.Versions.SearchAsync(Principal.Local, other, Cancellation)).Error?.Code);
    }

    private static async Task AddWithRunAsync(RegistryHouse house, string model, string run) =>
        Got(await house.Versions.CreateAsync(Principal.Local, new NewModelVersion(model, "s3://x", new RunId(run)), Cancellation));

    private static async Task<ModelVersion> MoveAsync(RegistryHouse house, long version, string stage, bool archive) =>
        Got(await house.Versions.MoveAsync(Principal.Local, new ModelVersionId("m", version), stage, archive, Cancellation));
}
