using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Fleet;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Wire.Serving;

/// <summary>
/// The whole server with two deployments: "mixed" gives back a float, an integer and a text as they are, and "twice" doubles.
/// </summary>
public sealed class ServingServer : IAsyncLifetime
{
    private readonly WireServer _server = new();

    public HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await DeployAsync("mixed", Mixed());
        await DeployAsync("twice", new LayerStack("x", 1).Dense([2], [0]).Output("y", 1).ToModel());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        // As the clients do it: no content type at all.
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<(HttpStatusCode Status, string Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    private static OnnxModel Mixed()
    {
        var model = new OnnxModel { IrVersion = 8 };
        model.OperatorSets.Add(new OnnxOperatorSet("", 13));
        Add("F", OnnxElementType.Float32, 2);
        Add("I", OnnxElementType.Int32);
        Add("S", OnnxElementType.String);
        return model;

        void Add(string name, OnnxElementType type, params OnnxDimension[] more)
        {
            var port = OnnxType.Tensor(type, [new OnnxDimension(null, "batch"), .. more]);
            model.Graph.Inputs.Add(new OnnxPort(name, port));
            model.Graph.Outputs.Add(new OnnxPort(name + "_out", port));
            model.Graph.Add(OnnxNode.Of("Identity", [name], [name + "_out"]));
        }
    }

    private async Task DeployAsync(string name, OnnxModel model)
    {
        var services = _server.Services;
        var artifacts = services.GetRequiredService<IArtifacts>();
        Got(await services.GetRequiredService<IRegisteredModels>().CreateAsync(Principal.Local, new NewRegisteredModel(name), default));
        var run = Got(await services.GetRequiredService<IRuns>().CreateAsync(
            Principal.Local, new NewRun(ExperimentId.Default), default)).Info;
        var path = Got(Got(artifacts.PathOf(run.ArtifactUri)).Append("model/model.onnx"));
        Got(await artifacts.PutAsync(Principal.Local, path, PipeReader.Create(new MemoryStream(model.ToBytes())), default));
        Got(await services.GetRequiredService<IModelVersions>().CreateAsync(
            Principal.Local, new NewModelVersion(name, $"runs:/{run.Id}/model"), default));
        var made = Got(await services.GetRequiredService<IDeployments>().CreateAsync(
            Principal.Local, new NewDeployment(name, [new DeploymentRoute(name)]), default));
        var settled = await services.GetRequiredService<ServingFleet>().SettledAsync(name, made.Revision, default);
        Invariant.That(settled!.Problem is null, settled.Problem?.Message);
    }

    private static T Got<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvariantException(error.ToString());
}
