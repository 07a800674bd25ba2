using System.Runtime.CompilerServices;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Chunking;

/// <summary>Sizes of content-defined chunks.</summary>
/// <param name="MinBytes">No cut before.</param>
/// <param name="AverageBytes">A power of two; up to here cuts are made four times rarer, from here four times likelier.</param>
/// <param name="MaxBytes">A cut at the latest.</param>
internal sealed record CutSizes(int MinBytes, int AverageBytes, int MaxBytes)
{
    /// <summary>A chunk of 64 KiB costs 86 bytes of entry and recipe: 0.13 %.</summary>
    public static readonly CutSizes Generic = new(16 << 10, 64 << 10, 256 << 10);

    /// <summary>Text changes in lines: smaller chunks store a third for an insert into a table.</summary>
    public static readonly CutSizes Text = new(4 << 10, 16 << 10, 64 << 10);
}

/// <summary>
/// Cuts where the content says so: FastCDC with a gear hash, two bytes a step, normalisation 2. An insert moves the cuts next to it
/// and no others. A pure function of the bytes, fixed for ever by docs/formats/recipes.md.
/// </summary>
internal static class FastCdc
{
    private static readonly ulong[] Gear = MakeGear(shift: 0), GearShifted = MakeGear(shift: 1);

    /// <summary>
    /// The length of the first chunk of <paramref name="bytes"/>, which reach to the end of the region or further than the maximum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Cut(ReadOnlySpan<byte> bytes, CutSizes sizes)
    {
        if (bytes.Length <= sizes.MinBytes) return bytes.Length;
        var end = Math.Min(bytes.Length, sizes.MaxBytes);
        var centre = Math.Min(end, sizes.AverageBytes);
        var bits = System.Numerics.BitOperations.Log2((uint)sizes.AverageBytes);
        ulong hash = 0;
        var cut = Scan(bytes, sizes.MinBytes, centre, Mask(bits + 2), ref hash);
        if (cut > 0) return cut;
        cut = Scan(bytes, centre, end, Mask(bits - 2), ref hash);
        return cut > 0 ? cut : end;
    }

    /// <summary>The first position after a byte at which the hash ends in nothing but zeros under the mask; 0 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scan(ReadOnlySpan<byte> bytes, int from, int to, ulong mask, ref ulong hash)
    {
        ref var gear = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Gear);
        ref var gearShifted = ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(GearShifted);
        ref var start = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes);
        var maskShifted = mask << 1;
        var state = hash;
        // From and to are even but for the end of a region; a last odd byte is no place for a cut that matters.
        for (var at = from; at + 1 < to; at += 2)
        {
            state = (state << 2) + Unsafe.Add(ref gearShifted, Unsafe.Add(ref start, at));
            if ((state & maskShifted) == 0) return at;
            state += Unsafe.Add(ref gear, Unsafe.Add(ref start, at + 1));
            if ((state & mask) == 0) return at + 1;
        }

        hash = state;
        return 0;
    }

    /// <summary>Bits 61 downwards: each depends on the most bytes, 31 of them or more, and one shift left loses none.</summary>
    private static ulong Mask(int bits) => ((1UL << bits) - 1) << (62 - bits);

    /// <summary>256 numbers without pattern: the sequence of SplitMix64 from the seed 0.</summary>
    private static ulong[] MakeGear(int shift)
    {
        var table = new ulong[256];
        ulong state = 0;
        for (var i = 0; i < table.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var value = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            table[i] = (value ^ (value >> 31)) << shift;
        }

        Invariant.That(shift != 0 || table[0] == 0xE220A8397B1DCDAF);
        return table;
    }
}
