using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Serving.Fleet;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Tracking;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving;

/// <summary>Serving and what it stands on, on a fresh database, with models that multiply.</summary>
internal sealed class ServingHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private TestDatabase? _database;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IDeployments Deployments => Get<IDeployments>();

    public IServedModels Served => Get<IServedModels>();

    public IPredictor Predictor => Get<IPredictor>();

    public IRegisteredModels Models => Get<IRegisteredModels>();

    public TrackingHouse.RememberedAudit Audit => (TrackingHouse.RememberedAudit)Get<IAuditLog>();

    public string PlacedFolder => Path.Combine(_folder.Path, "serving", "models");

    public TestDatabase Database => _database!;

    public static async Task<ServingHouse> StartAsync(DatabaseEngine engine, Func<ServingOptions, ServingOptions>? with = null)
    {
        var house = new ServingHouse();
        var options = new ServingOptions
        {
            Folder = Path.Combine(house._folder.Path, "serving"), FollowInterval = TimeSpan.FromMilliseconds(50),
        };
        house._database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddSingleton<IAuditLog, TrackingHouse.RememberedAudit>();
            services.AddBlobs(new BlobsOptions { Folder = Path.Combine(house._folder.Path, "blobs") });
            services.AddTracking();
            services.AddVersioning();
            services.AddRegistry();
            services.AddServing(with?.Invoke(options) ?? options);
        });
        await house._database.StartBackgroundAsync();
        return house;
    }

    public T Get<T>()
        where T : notnull => _database!.Get<T>();

    /// <summary>The next version of a model whose y is x times the factor.</summary>
    public Task<ModelVersion> AddVersionAsync(string model, float factor) =>
        AddVersionAsync(model, new LayerStack("x", 1).Dense([factor], [0]).Output("y", 1).ToModel().ToBytes());

    public Task<ModelVersion> AddVersionAsync(string model, byte[] onnx) => AddAsync(model, new() { ["model.onnx"] = onnx });

    /// <summary>The next version of a model, with these files.</summary>
    public async Task<ModelVersion> AddAsync(string model, Dictionary<string, byte[]> files)
    {
        if ((await Models.GetAsync(Principal.Local, model, Cancellation)).IsFailure)
            Got(await Models.CreateAsync(Principal.Local, new NewRegisteredModel(model), Cancellation));
        var artifacts = Get<IArtifacts>();
        var run = Got(await Get<IRuns>().CreateAsync(Principal.Local, new NewRun(ExperimentId.Default), Cancellation)).Info;
        foreach (var (name, content) in files)
        {
            var path = Got(Got(artifacts.PathOf(run.ArtifactUri)).Append("model/" + name));
            Got(await artifacts.PutAsync(Principal.Local, path, PipeReader.Create(new MemoryStream(content)), Cancellation));
        }

        return Got(await Get<IModelVersions>().CreateAsync(
            Principal.Local, new NewModelVersion(model, $"runs:/{run.Id}/model"), Cancellation));
    }

    public async Task<Deployment> DeployAsync(string name, params DeploymentRoute[] routes)
    {
        var made = Got(await Deployments.CreateAsync(Principal.Local, new NewDeployment(name, routes), Cancellation));
        await SettleAsync(made);
        return made;
    }

    public Task SettleAsync(Deployment deployment) =>
        Get<ServingFleet>().SettledAsync(deployment.Name, deployment.Revision, Cancellation);

    /// <summary>What the deployment makes of a number, and the version that did.</summary>
    public async Task<Result<(long Version, float Value)>> AskAsync(ServingTarget target, float value = 1)
    {
        if (!(await Predictor.BeginAsync(Principal.Local, target, Cancellation)).TryGet(out var request, out var error)) return error;
        using (request)
        {
            var bytes = request.Rent(sizeof(float));
            MemoryMarshal.Write(bytes.Span, value);
            request.Set(0, ElementType.Float32, [1, 1], bytes);
            if (!(await Predictor.PredictAsync(request, Cancellation)).TryGet(out var reply, out error)) return error;
            using (reply) return (reply.Version.Version, reply.Output(0).As<float>()[0]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        _folder.Dispose();
    }
}
