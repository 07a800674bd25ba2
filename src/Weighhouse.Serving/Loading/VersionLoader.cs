using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Content;
using Weighhouse.Serving.Runtimes;

namespace Weighhouse.Serving.Loading;

/// <summary>From a version's name to a model that has run once. There are few loads at a time.</summary>
internal sealed class VersionLoader(
    IModelContent content, ModelFolders folders, IEnumerable<IModelRuntime> runtimes, ServingOptions options, TimeProvider time,
    BatchParts batching, ILogger<VersionLoader> logger) : IDisposable
{
    private readonly IModelRuntime[] _runtimes = [.. runtimes];
    private readonly SemaphoreSlim _turns = new(options.LoadsAtOnce);

    public async Task<Result<LoadedVersion>> LoadAsync(
        string project, string deployment, ModelVersionId version, string? runtime, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        var began = time.GetTimestamp();
        try
        {
            var loaded = await TryLoadAsync(project, deployment, version, runtime, cancellation);
            if (loaded.Error is { } error) ServingLog.LoadFailed(logger, deployment, version, error);
            else ServingLog.Loaded(logger, deployment, version, time.GetElapsedTime(began).TotalMilliseconds);
            return loaded;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A boundary: a model that cannot be loaded must not end the loop that loads the others.
            ServingLog.LoadThrew(logger, exception, deployment, version);
            return new Error(ErrorCode.Internal, $"Loading {version} failed: {exception.Message}");
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async ValueTask<Result<LoadedVersion>> TryLoadAsync(
        string project, string deployment, ModelVersionId version, string? runtime, CancellationToken cancellation)
    {
        // Whoever deployed it was asked for the right to view the model then.
        var found = await content.FilesAsync(Principal.System, version, cancellation);
        if (!found.TryGet(out var files, out var error)) return error;
        if (_runtimes.FirstOrDefault(candidate => IsAllowed(candidate, runtime) && candidate.Suits(files.Files)) is not { } suited)
            return Unsuited(files, runtime);
        if (!(await folders.PlaceAsync(files.Files, cancellation)).TryGet(out var placed, out error)) return error;
        PlacedFolder? held = placed;
        try
        {
            var opened = await suited.LoadAsync(new PlacedModel(placed.Path, files.Files, deployment, version), cancellation);
            if (!opened.TryGet(out var model, out error)) return error;
            var served = new ServedVersion(project, deployment, version.Model, version.Version, suited.Name, model.Shape, model.Facts);
            await WarmUpOrCloseAsync(model, served, cancellation);
            var loaded = new LoadedVersion(served, model, new VersionCounters(time), options, batching, placed);
            // Its own from here on.
            held = null;
            return loaded;
        }
        finally
        {
            held?.Dispose();
        }
    }

    private static bool IsAllowed(IModelRuntime candidate, string? runtime) => runtime is null || candidate.Name == runtime;

    private Error Unsuited(ModelFiles files, string? runtime)
    {
        var names = string.Join(", ", files.Files.Take(5).Select(static file => file.Path));
        var tried = string.Join(" or ", _runtimes.Where(candidate => IsAllowed(candidate, runtime)).Select(static found => found.Name));
        return Error.Invalid(
            $"Version {files.Id} has no file that the runtime {tried} can open: {names}. Export the model to ONNX, or name another "
            + "runtime.");
    }

    /// <summary>Nobody else closes a model that no version has yet.</summary>
    private async ValueTask WarmUpOrCloseAsync(ILoadedModel model, ServedVersion served, CancellationToken cancellation)
    {
        try
        {
            await WarmUpAsync(model, served, cancellation);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The first run is the slowest, and nobody should wait for it. Zeros are no input for every model: one that refuses them is warm too.
    /// </summary>
    private async ValueTask WarmUpAsync(ILoadedModel model, ServedVersion served, CancellationToken cancellation)
    {
        if (!WarmUp.TryMake(served, out var request)) return;
        using (request)
        {
            var ran = await model.RunAsync(request, default, new VersionCounters(time), cancellation);
            if (ran.TryGet(out var reply, out var error)) reply.Dispose();
            else ServingLog.WarmUpRefused(logger, served.Deployment, served.Model, served.Version, error);
        }
    }
}
