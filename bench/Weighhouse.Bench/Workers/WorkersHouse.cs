using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weighhouse.Bench.Load;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Bench.Workers;

/// <summary>Serving and what it stands on, without protocols: what they cost is another benchmark's.</summary>
internal sealed class WorkersHouse(ScratchFolder folder, string python) : IAsyncDisposable
{
    private static readonly TimeSpan LoadPollInterval = TimeSpan.FromMilliseconds(20);

    private readonly List<IHostedService> _started = [];
    private ServiceProvider? _services;

    public IPredictor Predictor => Get<IPredictor>();

    public async Task StartAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IAuditLog, NoAudit>();
        services.AddData(new DatabaseOptions { DataDirectory = Directory.CreateDirectory(folder["data"]).FullName, Url = "" });
        services.AddBlobs(new BlobsOptions { Folder = folder["blobs"] });
        services.AddTracking();
        services.AddVersioning();
        services.AddRegistry();
        services.AddServing(new ServingOptions
        {
            Folder = folder["serving"], Python = new PythonOptions { Interpreter = python, WorkersMax = 1 },
        });
        _services = services.BuildServiceProvider();
        Require(await Get<IDatabaseStartup>().PrepareAsync(CancellationToken.None));
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            _started.Add(service);
        }
    }

    /// <summary>Registers these files and waits until they answer under the name.</summary>
    public async Task<ServedVersion> DeployAsync(string name, IReadOnlyDictionary<string, byte[]> files)
    {
        var caller = Principal.Local;
        Require(await Get<IRegisteredModels>().CreateAsync(caller, new NewRegisteredModel(name), default));
        var run = Require(await Get<IRuns>().CreateAsync(caller, new NewRun(ExperimentId.Default), default)).Info;
        foreach (var (path, content) in files)
        {
            var place = Require(Require(Get<IArtifacts>().PathOf(run.ArtifactUri)).Append("model/" + path));
            Require(await Get<IArtifacts>().PutAsync(caller, place, PipeReader.Create(new MemoryStream(content)), default));
        }

        Require(await Get<IModelVersions>().CreateAsync(caller, new NewModelVersion(name, $"runs:/{run.Id}/model"), default));
        Require(await Get<IDeployments>().CreateAsync(caller, new NewDeployment(name, [new DeploymentRoute(name)]), default));
        while (true)
        {
            var found = Get<IServedModels>().Find(caller, new ServingTarget(name));
            if (found.TryGet(out var version, out _)) return version;
            if (Get<IServedModels>().Versions(caller, name).TryGet(out var versions, out _)
                && versions.FirstOrDefault(static status => status.Error is not null)?.Error is { } failed)
            {
                throw new InvariantException(failed.Message);
            }

            await Task.Delay(LoadPollInterval, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_started)) await service.StopAsync(CancellationToken.None);
        if (_services is not null) await _services.DisposeAsync();
    }

    public static T Require<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvariantException(error.Message);

    private T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    private sealed class NoAudit : IAuditLog
    {
        public ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellation) => default;
    }
}
