using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Finite numbers in their order. A reference that many windows are compared with is sorted once, by the digits of the numbers
/// themselves where there
/// are many: six passes over the values, whatever they are.
/// </summary>
public sealed class SortedValues
{
    /// <summary>Fewer values than this are sorted sooner by comparing.</summary>
    private const int RadixFrom = 4096;

    private const int DigitBits = 11;
    private const int Digits = 6;

    private readonly double[] _values;

    private SortedValues(double[] values) => _values = values;

    public ReadOnlySpan<double> Values => _values;

    public int Count => _values.Length;

    /// <summary>Refuses NaN and infinite values, which have no distance from others.</summary>
    public static Result<SortedValues> Of(ReadOnlySpan<double> values)
    {
        for (var at = 0; at < values.Length; at++)
            if (!double.IsFinite(values[at])) return Error.Invalid($"row {at} is {values[at]}, and not a finite number", "values");
        var copy = values.ToArray();
        Sort(copy);
        return new SortedValues(copy);
    }

    /// <summary>Sorts in place; negative zero comes before zero, and NaN must not be there.</summary>
    internal static void Sort(double[] values)
    {
        if (values.Length < RadixFrom) Array.Sort(values);
        else Radix(values);
    }

    private static void Radix(double[] values)
    {
        var (from, to) = (new ulong[values.Length], new ulong[values.Length]);
        var counts = new int[Digits << DigitBits];
        for (var at = 0; at < values.Length; at++)
        {
            var bits = BitConverter.DoubleToUInt64Bits(values[at]);
            // Whole numbers in the order of the doubles: negative ones turned round, positive ones above them.
            var key = bits ^ ((ulong)((long)bits >> 63) | 0x8000000000000000);
            from[at] = key;
            for (var digit = 0; digit < Digits; digit++) counts[(digit << DigitBits) + Digit(key, digit)]++;
        }

        for (var digit = 0; digit < Digits; digit++)
        {
            var places = counts.AsSpan(digit << DigitBits, 1 << DigitBits);
            if (places[Digit(from[0], digit)] == values.Length) continue;
            var sum = 0;
            foreach (ref var place in places) (place, sum) = (sum, sum + place);
            foreach (var key in from) to[places[Digit(key, digit)]++] = key;
            (from, to) = (to, from);
        }

        for (var at = 0; at < values.Length; at++)
        {
            var key = from[at];
            values[at] = BitConverter.UInt64BitsToDouble(key ^ ((ulong)~((long)key >> 63) | 0x8000000000000000));
        }
    }

    private static int Digit(ulong key, int digit) => (int)(key >> (digit * DigitBits)) & ((1 << DigitBits) - 1);
}
