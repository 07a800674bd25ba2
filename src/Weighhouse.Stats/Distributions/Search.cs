namespace Weighhouse.Stats;

/// <summary>Finds where a monotone question turns from no to yes, to the last bit and at every scale.</summary>
internal static class Search
{
    /// <summary>
    /// The smallest number from 0 to <paramref name="highest"/> for which the answer is yes. It halves the bits of the number and not
    /// its value: 63 questions at most, whether the answer is near 1 or near 1e-300.
    /// </summary>
    public static double FirstAtLeast(Func<double, bool> isEnough, double highest)
    {
        var low = 0L;
        var high = BitConverter.DoubleToInt64Bits(highest);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (isEnough(BitConverter.Int64BitsToDouble(middle))) high = middle;
            else low = middle + 1;
        }

        return BitConverter.Int64BitsToDouble(low);
    }
}
