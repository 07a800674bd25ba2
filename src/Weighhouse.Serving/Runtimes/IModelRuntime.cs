using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Runtimes;

/// <summary>Something that runs models of a kind.</summary>
internal interface IModelRuntime
{
    /// <summary>What the native API and protocols call it.</summary>
    string Name { get; }

    /// <summary>Whether these files are a model of its kind.</summary>
    bool Suits(IReadOnlyList<ModelFile> files);

    /// <summary>Opens a model. Takes as long as it takes: callers have a thread for it.</summary>
    Result<ILoadedModel> Load(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellation);
}

/// <summary>A model that is ready to run; any number of threads may run it at once.</summary>
internal interface ILoadedModel : IDisposable
{
    ModelShape Shape { get; }

    /// <summary>What its author wrote into it.</summary>
    IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>Runs it on inputs that were held against its shape.</summary>
    ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, PredictionId id, VersionCounters counters, CancellationToken cancellation);
}
