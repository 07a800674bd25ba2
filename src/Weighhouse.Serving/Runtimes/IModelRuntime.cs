using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Runtimes;

/// <summary>A version's files where a runtime can open them, and whose they are.</summary>
/// <param name="Folder">It has the files, and nobody writes to it.</param>
/// <param name="Deployment">For which it is loaded: another deployment of the same version loads its own.</param>
internal sealed record PlacedModel(string Folder, IReadOnlyList<ModelFile> Files, string Deployment, ModelVersionId Version);

/// <summary>Something that runs models of a kind.</summary>
internal interface IModelRuntime
{
    /// <summary>What the native API and protocols call it: one of <see cref="RuntimeName"/>.</summary>
    string Name { get; }

    /// <summary>Whether these files are a model of its kind.</summary>
    bool Suits(IReadOnlyList<ModelFile> files);

    /// <summary>Opens a model; when it returns, the model can run. Takes as long as it takes, and holds no thread of the pool.</summary>
    Task<Result<ILoadedModel>> LoadAsync(PlacedModel model, CancellationToken cancellation);
}

/// <summary>A model that is ready to run; any number of threads may run it at once.</summary>
internal interface ILoadedModel : IDisposable
{
    ModelShape Shape { get; }

    /// <summary>What its author wrote into it.</summary>
    IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>How many runs it can take at once; 0 when only the processors limit them.</summary>
    int RunsAtOnceMax { get; }

    /// <summary>Runs it on inputs that were held against its shape.</summary>
    ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, PredictionId id, VersionCounters counters, CancellationToken cancellation);
}
