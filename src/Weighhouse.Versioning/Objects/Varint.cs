namespace Weighhouse.Versioning.Objects;

/// <summary>Numbers from 0 to 2^63-1 in 7-bit groups, lowest first, in as few bytes as possible.</summary>
internal static class Varint
{
    public const int BytesMax = 9;

    public static int Write(Span<byte> target, long value)
    {
        var length = 0;
        for (; value > 0x7f; value >>= 7) target[length++] = (byte)(value | 0x80);
        target[length++] = (byte)value;
        return length;
    }

    /// <summary>False when the bytes end first, go past 2^63-1, or spell the number longer than needed.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out long value)
    {
        value = 0;
        for (var at = 0; at < BytesMax && at < source.Length; at++)
        {
            value |= (long)(source[at] & 0x7f) << (7 * at);
            if (source[at] >= 0x80) continue;
            if (at > 0 && source[at] == 0) return false;
            source = source[(at + 1)..];
            return true;
        }

        return false;
    }
}
