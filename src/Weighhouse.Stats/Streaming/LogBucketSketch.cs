using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Quantiles of a stream within a relative error, whatever its range: buckets whose width grows with the value, told by the
/// exponent and the first
/// bits of the number itself. Sketches add up exactly.
/// </summary>
public sealed class LogBucketSketch
{
    /// <summary>2⁷ buckets an octave: the middle of a bucket is within 0.4 % of all in it.</summary>
    public const int DefaultPrecisionBits = 7;

    /// <summary>Beyond this the buckets at the small end are joined, which a quantile near the median does not feel.</summary>
    public const int DefaultBucketsMax = 8192;

    private readonly int _shift;
    private readonly SortedDictionary<int, long> _positive = [];
    private readonly SortedDictionary<int, long> _negative = [];
    private long _zeros;

    /// <param name="precisionBits">From 1 to 12: each more halves the error and doubles the buckets.</param>
    public LogBucketSketch(int precisionBits = DefaultPrecisionBits, int bucketsMax = DefaultBucketsMax)
    {
        Invariant.That(precisionBits is >= 1 and <= 12 && bucketsMax >= 2);
        (PrecisionBits, BucketsMax, _shift) = (precisionBits, bucketsMax, 52 - precisionBits);
    }

    public int PrecisionBits { get; }

    public int BucketsMax { get; }

    /// <summary>How far a quantile may be off, as a share of its size.</summary>
    public double RelativeError => Math.ScaleB(1, -PrecisionBits - 1);

    public long Count { get; private set; }

    public long Missing { get; private set; }

    public int Buckets => _positive.Count + _negative.Count;

    public void Add(double value, long times = 1)
    {
        if (double.IsNaN(value))
        {
            Missing += times;
            return;
        }

        Count += times;
        if (value == 0) _zeros += times;
        else if (value > 0) Put(_positive, Bucket(value), times);
        else Put(_negative, Bucket(-value), times);
    }

    public void Add(LogBucketSketch other)
    {
        Invariant.That(other.PrecisionBits == PrecisionBits && other.BucketsMax == BucketsMax);
        foreach (var (bucket, times) in other._positive) Put(_positive, bucket, times);
        foreach (var (bucket, times) in other._negative) Put(_negative, bucket, times);
        (_zeros, Count, Missing) = (_zeros + other._zeros, Count + other.Count, Missing + other.Missing);
    }

    public Figure Quantile(double share)
    {
        Invariant.That(share is >= 0 and <= 1);
        if (Count == 0) return Figure.Undefined("there are no values");
        var place = (long)Math.Floor(share * (Count - 1));
        foreach (var (bucket, times) in _negative.Reverse())
            if ((place -= times) < 0) return -Middle(bucket);
        if ((place -= _zeros) < 0) return 0;
        foreach (var (bucket, times) in _positive)
            if ((place -= times) < 0) return Middle(bucket);
        return Invariant.Unreachable<Figure>(place);
    }

    private int Bucket(double size) => (int)(BitConverter.DoubleToInt64Bits(size) >> _shift);

    private double Middle(int bucket)
    {
        var low = BitConverter.Int64BitsToDouble((long)bucket << _shift);
        var high = BitConverter.Int64BitsToDouble((long)(bucket + 1) << _shift);
        return double.IsFinite(high) ? low + (high - low) / 2 : low;
    }

    private void Put(SortedDictionary<int, long> buckets, int bucket, long times)
    {
        buckets[bucket] = buckets.GetValueOrDefault(bucket) + times;
        while (buckets.Count > BucketsMax)
        {
            using var smallest = buckets.GetEnumerator();
            smallest.MoveNext();
            var (first, joined) = smallest.Current;
            smallest.MoveNext();
            var second = smallest.Current.Key;
            buckets.Remove(first);
            buckets[second] += joined;
        }
    }
}
