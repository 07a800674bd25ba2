using System.Runtime.InteropServices;

namespace Weighhouse.Bench.Tools;

/// <summary>Numbers that look random and are the same in every run: SplitMix64.</summary>
internal sealed class Noise(ulong seed)
{
    private const double NoiseStep = 1.0 / 37_837 / (1 << 24);

    // Mixed, or neighbouring seeds would give the same numbers a step apart, which tools with chunks would find.
    private ulong _state = Mix(seed);

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15UL;
        return Mix(_state);
    }

    private static ulong Mix(ulong value)
    {
        var mixed = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebUL;
        return mixed ^ (mixed >> 31);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public void Fill(Span<byte> bytes)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes)) word = Next();
        for (var i = bytes.Length & ~7; i < bytes.Length; i++) bytes[i] = (byte)Next();
    }

    /// <summary>The sum of four uniform numbers: near enough to a bell curve, at a tenth of its cost.</summary>
    public double Normal()
    {
        var bits = Next();
        var sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        return ((double)sum - 131_070) / 37_837;
    }

    /// <summary>With noise below the bell curve's steps: the low bits of trained weights do not compress either.</summary>
    public void Weights(Span<float> values)
    {
        foreach (ref var value in values) value = (float)((Normal() + ((Next() >> 40) * NoiseStep)) * 0.02);
    }
}
