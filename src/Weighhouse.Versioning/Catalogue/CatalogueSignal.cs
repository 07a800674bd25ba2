namespace Weighhouse.Versioning.Catalogue;

/// <summary>Wakes who keeps the catalogue when a branch has moved. Signals that come while it works are one.</summary>
internal sealed class CatalogueSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is set already, and one look finds all that moved.
        }
    }

    /// <summary>Returns when it is set, or when the time is over.</summary>
    public Task WaitAsync(TimeSpan timeMax, CancellationToken cancellation) => _signal.WaitAsync(timeMax, cancellation);

    public void Dispose() => _signal.Dispose();
}
