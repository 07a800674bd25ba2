namespace Weighhouse.Versioning.Content.Files;

/// <summary>A part of a file.</summary>
internal readonly record struct FileRange(FileContent File, long OffsetBytes, long LengthBytes)
{
    public ReadOnlyMemory<byte> Read(long at, int lengthBytes) => File.Read(OffsetBytes + at, lengthBytes);

    public void Read(long at, Span<byte> target) => File.Read(OffsetBytes + at, target);
}

/// <summary>Whether two parts of files hold the same bytes: told by their pieces where it can be, and read only where not.</summary>
internal static class RangeComparison
{
    private const int BlockBytes = 1 << 20;

    public static bool AreEqual(FileRange one, FileRange other, CancellationToken cancellation)
    {
        if (one.LengthBytes != other.LengthBytes) return false;
        if (one.LengthBytes == 0) return true;
        if (one.File.Chunks is not { } ones || other.File.Chunks is not { } others)
            return BytesAreEqual(one, other, 0, one.LengthBytes, cancellation);
        using var left = ones.Slices(one.OffsetBytes, one.LengthBytes).GetEnumerator();
        using var right = others.Slices(other.OffsetBytes, other.LengthBytes).GetEnumerator();
        // A run of pieces that lie askew is read once it is known how far it goes, and only if the rest is the same.
        var askew = new List<(long From, long To)>();
        for (long at = 0; at < one.LengthBytes;)
        {
            left.MoveNext();
            right.MoveNext();
            var (a, b) = (left.Current, right.Current);
            if (a == b)
            {
                at += a.LengthBytes;
                continue;
            }

            // Whole pieces of the same length under different names hold different bytes.
            if (a.LengthBytes == b.LengthBytes && a.Skip == 0 && b.Skip == 0 && IsWhole(ones, one.OffsetBytes + at, a.LengthBytes)
                && IsWhole(others, other.OffsetBytes + at, b.LengthBytes)) return false;
            var from = at;
            var (leftEnd, rightEnd) = (at + a.LengthBytes, at + b.LengthBytes);
            while (leftEnd != rightEnd)
            {
                var behind = leftEnd < rightEnd ? left : right;
                behind.MoveNext();
                if (leftEnd < rightEnd) leftEnd += behind.Current.LengthBytes;
                else rightEnd += behind.Current.LengthBytes;
            }

            askew.Add((from, leftEnd));
            at = leftEnd;
        }

        return askew.TrueForAll(run => BytesAreEqual(one, other, run.From, run.To, cancellation));
    }

    private static bool IsWhole(ChunkMap chunks, long position, int length) => chunks[chunks.IndexAt(position)].LengthBytes == length;

    private static bool BytesAreEqual(FileRange one, FileRange other, long from, long to, CancellationToken cancellation)
    {
        for (var at = from; at < to; at += BlockBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var length = (int)Math.Min(BlockBytes, to - at);
            if (!one.Read(at, length).Span.SequenceEqual(other.Read(at, length).Span)) return false;
        }

        return true;
    }
}
