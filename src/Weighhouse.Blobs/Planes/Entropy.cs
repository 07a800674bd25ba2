namespace Weighhouse.Blobs.Planes;

/// <summary>How much the values of bytes say, each taken by itself.</summary>
internal static class Entropy
{
    /// <summary>From 0, all the same, to 8, all equally often.</summary>
    public static double BitsPerByte(ReadOnlySpan<byte> bytes)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var value in bytes) counts[value]++;
        var sum = 0.0;
        foreach (var count in counts)
        {
            if (count > 0) sum += count * Math.Log2(count);
        }

        return Math.Log2(bytes.Length) - sum / bytes.Length;
    }
}
