using System.Buffers.Binary;

namespace Weighhouse.Trust.Scanning.Bytes;

internal static class Marks
{
    /// <summary>Where four bytes stand next; null when they do not.</summary>
    public static long? Next(Content content, long from, long to, uint mark)
    {
        Span<byte> wanted = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, mark);
        return Next(content, from, to, wanted);
    }

    public static long? Next(Content content, long from, long to, ReadOnlySpan<byte> wanted)
    {
        var buffer = new byte[(int)Math.Clamp(to - from, wanted.Length, 64 * 1024)];
        for (var at = from; at < to;)
        {
            var count = content.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)));
            var found = buffer.AsSpan(0, count).IndexOf(wanted);
            if (found >= 0) return at + found;
            if (count < buffer.Length) return null;
            // It may lie across the end of what was read.
            at += count - wanted.Length + 1;
        }

        return null;
    }
}
