using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Fleet;

/// <param name="Runtime">What its route wants it to be run by; the same version may be loaded once for each.</param>
internal readonly record struct FleetVersionKey(ModelVersionId Version, string? Runtime);

/// <summary>One version of a deployment on its way into memory, in it, or out of it. The fleet's loop alone touches it.</summary>
internal sealed class FleetVersion(FleetVersionKey key) : IDisposable
{
    private CancellationTokenSource? _stop;

    public FleetVersionKey Key => key;

    public ModelVersionId Id => key.Version;

    public VersionState State { get; private set; } = VersionState.Start;

    public Error? Error { get; private set; }

    public LoadedVersion? Loaded { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>A timestamp from which a failed load may be tried again; null when it is not to be.</summary>
    public long? RetryAt { get; private set; }

    /// <summary>The deployment's revision when the load began.</summary>
    public long Revision { get; private set; }

    public bool HasFailed => State is VersionState.End && Error is not null;

    public CancellationToken Begin(long revision, CancellationToken stopping)
    {
        Dispose();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        (State, Error, RetryAt, Revision) = (VersionState.Loading, null, null, revision);
        Attempts++;
        return _stop.Token;
    }

    public void Succeed(LoadedVersion loaded) => (State, Loaded, Attempts) = (VersionState.Available, loaded, 0);

    public void Fail(Error error, long? retryAt) => (State, Error, RetryAt) = (VersionState.End, error, retryAt);

    /// <summary>Stops its load, or lets go of it: it is out of memory when the last request has let go too.</summary>
    public Task LetGo()
    {
        _stop?.Cancel();
        if (Loaded is not { } loaded) return Task.CompletedTask;
        State = VersionState.Unloading;
        Loaded = null;
        loaded.Dispose();
        return loaded.Closed;
    }

    public void Dispose()
    {
        _stop?.Dispose();
        _stop = null;
    }
}
