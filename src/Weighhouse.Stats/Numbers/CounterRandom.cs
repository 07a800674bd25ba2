namespace Weighhouse.Stats;

/// <summary>
/// Chance that repeats: SplitMix64, whose n-th number is a function of the seed and n alone. Any number of a sequence is had without
/// those before it, and a task that is cut into parts draws the same numbers however it is cut.
/// </summary>
public sealed class CounterRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const double Unit = 1.0 / (1UL << 53);

    private readonly ulong _origin;
    private ulong _index;

    /// <param name="seed">The same seed gives the same numbers, on every machine.</param>
    public CounterRandom(ulong seed) => _origin = seed;

    /// <summary>How many numbers were drawn. Setting it goes on from there.</summary>
    public ulong Position
    {
        get => _index;
        set => _index = value;
    }

    /// <summary>A sequence of its own for one part of the work, the same whatever was drawn from this one.</summary>
    public CounterRandom Stream(ulong number) => new(Mix(_origin ^ Mix(number + Step)));

    public ulong At(ulong index) => Mix(unchecked(_origin + (index + 1) * Step));

    public ulong Next() => At(_index++);

    /// <summary>From 0 up to but not including 1, in steps of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * Unit;

    /// <summary>Between 0 and 1, neither of them: what logarithms want.</summary>
    public double NextOpen() => ((Next() >> 11) + 0.5) * Unit;

    /// <summary>A number from 0 up to but not including the limit, each equally likely.</summary>
    public int Below(int limit)
    {
        Kernel.Invariant.That(limit > 0);
        // Lemire's multiplication; the few products that would favour small numbers are drawn again.
        var range = (ulong)limit;
        var high = Math.BigMul(Next(), range, out var low);
        if (low >= range) return (int)high;
        var unfair = unchecked(0UL - range) % range;
        while (low < unfair) high = Math.BigMul(Next(), range, out low);
        return (int)high;
    }

    /// <summary>From the standard normal distribution, by Box and Muller; of each pair only the cosine's half is used.</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(NextOpen()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
