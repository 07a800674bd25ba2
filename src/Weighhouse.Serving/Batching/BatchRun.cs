namespace Weighhouse.Serving.Batching;

/// <summary>Requests that run together.</summary>
internal sealed class BatchRun(BatchEntry[] entries) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public BatchEntry[] Entries => entries;

    public int Rows { get; } = entries.Sum(static entry => entry.Rows);

    /// <summary>How many still want their answer; the batcher's lock guards it.</summary>
    public int Wanted { get; set; } = entries.Length;

    public CancellationToken Stopped => _stop.Token;

    /// <summary>Nobody wants it any more.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The last sender left in the moment in which the run ended: there is nothing to stop any more.
        }
    }

    public void Dispose() => _stop.Dispose();
}
