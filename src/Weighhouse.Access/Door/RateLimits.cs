using System.Collections.Concurrent;

namespace Weighhouse.Access.Door;

/// <summary>
/// A bucket of requests for each user and each address, filled steadily. Buckets are bounded in number: idle ones are full, and a full one
/// need not be remembered.
/// </summary>
internal sealed class RateLimits(AccessOptions options, TimeProvider time)
{
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Bucket _shared = new(options.RequestsBurst, 0);
    private long _sweptAt;

    public int Count => _buckets.Count;

    /// <summary>Takes one request out of the bucket; false when it is empty.</summary>
    public bool TryPass(string who)
    {
        var now = time.GetTimestamp();
        if (!_buckets.TryGetValue(who, out var bucket)) bucket = Add(who, now);
        lock (bucket)
        {
            Fill(bucket, now);
            if (bucket.Left < 1) return false;
            bucket.Left--;
            return true;
        }
    }

    private Bucket Add(string who, long now)
    {
        if (_buckets.Count >= options.RequestCountsMax && !TrySweep(now)) return _shared;
        return _buckets.GetOrAdd(who, static (_, start) => new Bucket(start.Burst, start.Now), (Burst: options.RequestsBurst, Now: now));
    }

    /// <summary>True when there is room now. A table full of busy strangers is an attack: it is gone through once a second.</summary>
    private bool TrySweep(long now)
    {
        var sweptAt = Interlocked.Read(ref _sweptAt);
        if (sweptAt != 0 && time.GetElapsedTime(sweptAt, now) < SweepPause) return false;
        if (Interlocked.CompareExchange(ref _sweptAt, now, sweptAt) != sweptAt) return false;
        foreach (var (who, bucket) in _buckets)
        {
            lock (bucket)
            {
                Fill(bucket, now);
                if (bucket.Left >= options.RequestsBurst) _buckets.TryRemove(new KeyValuePair<string, Bucket>(who, bucket));
            }
        }

        return _buckets.Count < options.RequestCountsMax;
    }

    private void Fill(Bucket bucket, long now)
    {
        // Another thread may have filled it with a later time; a bucket never runs backwards.
        if (now <= bucket.FilledAt) return;
        var filled = time.GetElapsedTime(bucket.FilledAt, now).TotalSeconds * options.RequestsPerSecond;
        bucket.Left = Math.Min(options.RequestsBurst, bucket.Left + filled);
        bucket.FilledAt = now;
    }

    private sealed class Bucket(double left, long filledAt)
    {
        public double Left { get; set; } = left;

        public long FilledAt { get; set; } = filledAt;
    }
}
