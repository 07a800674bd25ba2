namespace Weighhouse.Blobs.Repack;

/// <summary>Lets so many bytes pass in a second, on average since it was made; all of them when that is 0.</summary>
internal sealed class Throttle(long bytesPerSecondMax, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private long _bytes;

    public Task PassAsync(int bytes, CancellationToken cancellation)
    {
        if (bytesPerSecondMax == 0) return Task.CompletedTask;
        var due = TimeSpan.FromSeconds((double)Interlocked.Add(ref _bytes, bytes) / bytesPerSecondMax);
        var ahead = due - clock.GetElapsedTime(_started);
        return ahead > TimeSpan.Zero ? Task.Delay(ahead, clock, cancellation) : Task.CompletedTask;
    }
}
