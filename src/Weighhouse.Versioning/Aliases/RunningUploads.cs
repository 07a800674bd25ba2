using System.Collections.Concurrent;

namespace Weighhouse.Versioning.Aliases;

/// <summary>
/// Uploads under way in this process. A client whose connection broke asks where its upload stands while the server still puts away what
/// came: the answer waits for that, or everything would be sent again.
/// </summary>
internal sealed class RunningUploads(TimeProvider time)
{
    /// <summary>Putting away takes a moment; an upload that goes on for longer is somebody else's.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(long Repository, ContentAlias Alias), TaskCompletionSource> _running = new();

    /// <summary>Ends with its disposal. Where two send the same content, the first counts.</summary>
    public Entry Begin(long repository, ContentAlias alias)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Entry(_running.TryAdd((repository, alias), ended) ? this : null, (repository, alias));
    }

    public async ValueTask WaitAsync(long repository, ContentAlias alias, CancellationToken cancellation)
    {
        if (!_running.TryGetValue((repository, alias), out var ended)) return;
        try
        {
            await ended.Task.WaitAsync(PatienceMax, time, cancellation);
        }
        catch (TimeoutException)
        {
            // What is durable by now is the answer.
        }
    }

    public readonly struct Entry(RunningUploads? owner, (long Repository, ContentAlias Alias) key) : IDisposable
    {
        public void Dispose()
        {
            if (owner?._running.TryRemove(key, out var ended) is true) ended.SetResult();
        }
    }
}
