using System.Numerics;

namespace Weighhouse.Serving.Loading;

/// <summary>
/// How long things took, in microseconds, in buckets an eighth of an octave wide: a quantile is right to 9 %. Any thread may add; what
/// is read meanwhile is a little old.
/// </summary>
internal sealed class DurationHistogram
{
    private const int PartsLog = 3;
    private const int Parts = 1 << PartsLog;

    private readonly long[] _counts = new long[(64 - PartsLog) * Parts];

    public long Count
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < _counts.Length; i++) sum += Volatile.Read(ref _counts[i]);
            return sum;
        }
    }

    public void Add(long microseconds) => Interlocked.Increment(ref _counts[BucketOf(Math.Max(0, microseconds))]);

    public void Add(DurationHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) Interlocked.Add(ref _counts[i], Volatile.Read(ref other._counts[i]));
    }

    /// <summary>The upper end of the bucket that the quantile is in; 0 when nothing was added.</summary>
    public long Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var sum = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            sum += Volatile.Read(ref _counts[i]);
            if (sum >= rank && sum > 0) return EndOf(i);
        }

        return 0;
    }

    private static int BucketOf(long value)
    {
        if (value < Parts) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - PartsLog;
        return ((shift + 1) << PartsLog) + (int)((value >> shift) - Parts);
    }

    /// <summary>The first value beyond the bucket.</summary>
    private static long EndOf(int bucket)
    {
        if (bucket < Parts) return bucket + 1;
        var shift = (bucket >> PartsLog) - 1;
        return (long)(Parts + (bucket & (Parts - 1)) + 1) << shift;
    }
}
