using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Fleet;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Wire.Models;

/// <summary>
/// A server with models under deployments: "sums" with two versions, of which the second is labelled "next"; and "echo", which gives back
/// what it is given, of every type that is served.
/// </summary>
public sealed class ModelServer : IAsyncLifetime
{
    private static readonly OnnxElementType[] EchoTypes =
    [
        OnnxElementType.Bool, OnnxElementType.UInt8, OnnxElementType.UInt16, OnnxElementType.UInt32, OnnxElementType.UInt64,
        OnnxElementType.Int8, OnnxElementType.Int16, OnnxElementType.Int32, OnnxElementType.Int64,
        OnnxElementType.Float16, OnnxElementType.Float32, OnnxElementType.Float64, OnnxElementType.String,
    ];

    private readonly WireServer _server = new();

    public Uri GrpcUrl => _server.GrpcUrl;

    public HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await AddAsync("sums", Sums(1));
        await AddAsync("sums", Sums(10));
        await DeployAsync("sums", new DeploymentRoute("sums", 1), new DeploymentRoute("sums", 2, Weight: 0, Label: "next"));
        foreach (var type in EchoTypes)
        {
            var name = $"echo-{type.ToString().ToLowerInvariant()}";
            await AddAsync(name, Echo(type));
            await DeployAsync(name, new DeploymentRoute(name));
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Of three numbers: the sum and the first, both times the factor.</summary>
    private static byte[] Sums(float factor) => new LayerStack("input", 3)
        .Dense([factor, factor, factor, 0, factor, 0], [0, 0]).Output("output", 2).ToModel().ToBytes();

    private static byte[] Echo(OnnxElementType type)
    {
        var model = new OnnxModel { IrVersion = 8 };
        model.OperatorSets.Add(new OnnxOperatorSet("", 13));
        OnnxDimension[] shape = [new(null, "rows"), new(null, "columns")];
        model.Graph.Inputs.Add(new OnnxPort("x", OnnxType.Tensor(type, shape)));
        model.Graph.Outputs.Add(new OnnxPort("y", OnnxType.Tensor(type, shape)));
        model.Graph.Add(OnnxNode.Of("Identity", ["x"], ["y"]));
        return model.ToBytes();
    }

    private async Task AddAsync(string model, byte[] onnx)
    {
        var services = _server.Services;
        var models = services.GetRequiredService<IRegisteredModels>();
        if ((await models.GetAsync(Principal.Local, model, CancellationToken.None)).IsFailure)
            Got(await models.CreateAsync(Principal.Local, new NewRegisteredModel(model), CancellationToken.None));
        var artifacts = services.GetRequiredService<IArtifacts>();
        var run = Got(await services.GetRequiredService<IRuns>().CreateAsync(
            Principal.Local, new NewRun(ExperimentId.Default), CancellationToken.None)).Info;
        var path = Got(Got(artifacts.PathOf(run.ArtifactUri)).Append("model/model.onnx"));
        Got(await artifacts.PutAsync(Principal.Local, path, PipeReader.Create(new MemoryStream(onnx)), CancellationToken.None));
        Got(await services.GetRequiredService<IModelVersions>().CreateAsync(
            Principal.Local, new NewModelVersion(model, $"runs:/{run.Id}/model"), CancellationToken.None));
    }

    private async Task DeployAsync(string name, params DeploymentRoute[] routes)
    {
        var made = Got(await _server.Services.GetRequiredService<IDeployments>().CreateAsync(
            Principal.Local, new NewDeployment(name, routes), CancellationToken.None));
        await _server.Services.GetRequiredService<ServingFleet>().SettledAsync(made.Name, made.Revision, CancellationToken.None);
    }

    private static T Got<T>(Result<T> result)
    {
        Assert.True(!result.IsFailure, result.Error?.Message);
        return result.Value;
    }
}
