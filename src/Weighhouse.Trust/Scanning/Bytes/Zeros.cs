namespace Weighhouse.Trust.Scanning.Bytes;

internal static class Zeros
{
    /// <summary>Where the first byte is that is no zero; null when there is none.</summary>
    public static long? FirstOther(Content content, long from)
    {
        var buffer = new byte[64 * 1024];
        for (var at = from; at < content.Length;)
        {
            var count = content.Read(at, buffer);
            if (count == 0) return null;
            var other = buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0);
            if (other >= 0) return at + other;
            at += count;
        }

        return null;
    }
}
