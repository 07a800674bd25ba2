using System.IO.Pipelines;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class ModelContentTests
{
    [Theory, OnEveryEngine]
    public async Task A_version_of_a_run_has_the_files_below_its_source_alone(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        var run = Got(await house.Runs.CreateAsync(Principal.Local, new NewRun(ExperimentId.Default), RegistryHouse.Cancellation)).Info;
        var root = Got(house.Artifacts.PathOf(run.ArtifactUri));
        foreach (var path in new[] { "model/model.onnx", "model/data/weights.bin", "model-other/x", "notes.txt" })
        {
            var content = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(path)));
            Got(await house.Artifacts.PutAsync(Principal.Local, Got(root.Append(path)), content, RegistryHouse.Cancellation));
        }

        await house.AddModelAsync("m");
        var byUri = await house.AddVersionAsync("m", $"{run.ArtifactUri}/model");
        var byRun = await house.AddVersionAsync("m", $"runs:/{run.Id}/model");
        var file = await house.AddVersionAsync("m", $"runs:/{run.Id}/model/model.onnx");

        var files = Got(await house.Content.FilesAsync(Principal.Local, byUri.Id, RegistryHouse.Cancellation));
        Assert.Equal(["data/weights.bin", "model.onnx"], files.Files.Select(found => found.Path));
        Assert.Equal("model/data/weights.bin".Length, files.Files[0].SizeBytes);
        Assert.Equal(files.Files, Got(await house.Content.FilesAsync(Principal.Local, byRun.Id, RegistryHouse.Cancellation)).Files);
        var single = Got(await house.Content.FilesAsync(Principal.Local, file.Id, RegistryHouse.Cancellation));
        Assert.Equal(files.Files[1], Assert.Single(single.Files));

        var nobody = new Principal(PrincipalKind.User, "eve", [new Grant(Role.Viewer, Scope.OfProject("elsewhere"))]);
        var refused = await house.Content.FilesAsync(nobody, byUri.Id, RegistryHouse.Cancellation);
        Assert.Equal(ErrorCode.PermissionDenied, refused.Error?.Code);
        var viewer = new Principal(PrincipalKind.User, "ann", [new Grant(Role.Viewer, Scope.Model(Scope.DefaultProject, "m"))]);
        Assert.Equal(2, Got(await house.Content.FilesAsync(viewer, byUri.Id, RegistryHouse.Cancellation)).Files.Count);
    }

    [Theory]
    [OnEveryEngine("s3://bucket/model")]
    [OnEveryEngine("mlflow-artifacts:/0/none/artifacts/model")]
    [OnEveryEngine("mlflow-artifacts:/")]
    public async Task A_version_without_files_here_says_so(DatabaseEngine engine, string source)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        var version = await house.AddVersionAsync("m", source);
        var found = await house.Content.FilesAsync(Principal.Local, version.Id, RegistryHouse.Cancellation);
        Assert.Equal(ErrorCode.FailedPrecondition, found.Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task A_name_means_a_version_by_number_by_alias_or_as_the_latest(DatabaseEngine engine)
    {
        await using var house = await RegistryHouse.StartAsync(engine);
        await house.AddModelAsync("m");
        for (var i = 0; i < 3; i++) await house.AddVersionAsync("m");
        Got(await house.Models.SetAliasAsync(Principal.Local, new ModelVersionId("m", 2), "champion", RegistryHouse.Cancellation));
        Assert.Equal(1, Got(await ResolveAsync(house, 1, null)).Version);
        Assert.Equal(2, Got(await ResolveAsync(house, null, "champion")).Version);
        Assert.Equal(3, Got(await ResolveAsync(house, null, null)).Version);
        Assert.Equal("version", (await ResolveAsync(house, 9, null)).Error?.Field);
        Assert.Equal("alias", (await ResolveAsync(house, null, "none")).Error?.Field);
    }

    private static ValueTask<Result<ModelVersionId>> ResolveAsync(RegistryHouse house, long? version, string? alias) =>
        house.Content.ResolveAsync(Principal.Local, "m", version, alias, RegistryHouse.Cancellation);
}
