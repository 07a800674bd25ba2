using System.Numerics;
using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// How many different values a stream has, in 2ᵖ bytes (HyperLogLog, Flajolet and others 2007), with Ertl's estimator (2017), which is
/// as good for few values as for many. Counters of the same precision join exactly: in any order, and however often.
/// </summary>
public sealed class DistinctCounter
{
    /// <summary>4 KiB and a standard error of 1.6 %.</summary>
    public const int DefaultPrecision = 12;

    private readonly byte[] _registers;

    /// <param name="precision">From 4 to 16: each more doubles the memory; the error is 1.04 / √2ᵖ.</param>
    public DistinctCounter(int precision = DefaultPrecision)
    {
        Invariant.That(precision is >= 4 and <= 16);
        (Precision, _registers) = (precision, new byte[1 << precision]);
    }

    public int Precision { get; }

    public double RelativeError => 1.04 / Math.Sqrt(_registers.Length);

    public ReadOnlySpan<byte> Registers => _registers;

    /// <param name="hash">All 64 bits must depend on all of the value: see <see cref="ValueHash"/>.</param>
    public void AddHash(ulong hash)
    {
        var place = (int)(hash >> (64 - Precision));
        // The bit put in ends the run of zeros where the hash itself does not.
        var run = (byte)(BitOperations.LeadingZeroCount((hash << Precision) | (1UL << (Precision - 1))) + 1);
        if (run > _registers[place]) _registers[place] = run;
    }

    public void Add(double value) => AddHash(ValueHash.Of(value));

    public void Add(string value) => AddHash(ValueHash.Of(value));

    public void Add(DistinctCounter other)
    {
        Invariant.That(other.Precision == Precision);
        for (var at = 0; at < _registers.Length; at++) _registers[at] = Math.Max(_registers[at], other._registers[at]);
    }

    public double Estimate()
    {
        var last = 64 - Precision + 1;
        Span<int> counts = stackalloc int[last + 1];
        counts.Clear();
        foreach (var register in _registers) counts[register]++;
        double size = _registers.Length;
        var sum = size * Tau(1 - counts[last] / size);
        for (var run = last - 1; run >= 1; run--) sum = 0.5 * (sum + counts[run]);
        sum += size * Sigma(counts[0] / size);
        return size * size / (2 * Math.Log(2)) / sum;
    }

    private static double Sigma(double share)
    {
        if (share == 1) return double.PositiveInfinity;
        var (power, sum, weight) = (share, share, 1.0);
        while (true)
        {
            power *= power;
            var next = sum + power * weight;
            if (next == sum) return sum;
            (sum, weight) = (next, weight * 2);
        }
    }

    private static double Tau(double share)
    {
        if (share is 0 or 1) return 0;
        var (root, sum, weight) = (share, 1 - share, 1.0);
        while (true)
        {
            (root, weight) = (Math.Sqrt(root), weight / 2);
            var next = sum - (1 - root) * (1 - root) * weight;
            if (next == sum) return sum / 3;
            sum = next;
        }
    }
}

/// <summary>A hash that is the same on every machine and in every year, as what is built on it is stored and merged.</summary>
public static class ValueHash
{
    public static ulong Of(double value) => new CounterRandom(BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value)).At(0);

    public static ulong Of(ReadOnlySpan<char> value)
    {
        // FNV-1a over UTF-16, and a mix so that high bits depend on all characters too.
        var hash = 14695981039346656037UL;
        foreach (var character in value)
        {
            hash = unchecked((hash ^ (byte)character) * 1099511628211UL);
            hash = unchecked((hash ^ (byte)(character >> 8)) * 1099511628211UL);
        }

        return new CounterRandom(hash).At(0);
    }
}
