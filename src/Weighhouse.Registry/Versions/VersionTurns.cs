namespace Weighhouse.Registry.Versions;

/// <summary>
/// Versions of one model are made one after the other: each commit follows the one before. Other servers are seen by the database alone, so
/// this only spares attempts.
/// </summary>
internal sealed class VersionTurns : IDisposable
{
    /// <summary>A power of two; models that share a turn wait for each other, which costs some milliseconds.</summary>
    private const int TurnsCount = 64;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, TurnsCount).Select(static _ => new SemaphoreSlim(1, 1))];

    public async ValueTask<T> TakeAsync<T>(string model, Func<ValueTask<T>> work, CancellationToken cancellation)
    {
        var turn = _turns[(uint)string.GetHashCode(model, StringComparison.Ordinal) % TurnsCount];
        await turn.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in _turns) turn.Dispose();
    }
}
