using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>Reads the sections of a pack from its end to its start, and finds the end of the last whole one behind a torn tail.</summary>
internal static class PackScan
{
    /// <summary>A torn tail is at most the section that was being written; this much of it is looked through at a time.</summary>
    private const int WindowBytes = 1 << 20;

    /// <summary>Lines of a footer in memory at a time, 50 KB: one may have 131,072, and a collection goes through all of them.</summary>
    private const int LinesAtOnce = 1024;

    /// <summary>Where the pack ends for us: behind its last whole section. Just the header when there is none.</summary>
    public static long SoundEnd(PackBytes pack) => SoundEnd(pack, pack.LengthBytes);

    /// <summary>
    /// Where the sound sections between <paramref name="from"/> and <paramref name="end"/> end, the oldest first; 8 bytes each, for a pack
    /// may hold millions of objects. A section whose footer is damaged is stepped over and makes <paramref name="isWhole"/> false.
    /// </summary>
    public static List<long> SectionEnds(PackBytes pack, long from, long end, out bool isWhole)
    {
        isWhole = true;
        var ends = new List<long>();
        while (end > from && end > PackHeader.Size)
        {
            if (ReadTrailer(pack, end - PackTrailer.Size) is { } trailer)
            {
                ends.Add(end);
                end = trailer.SectionStart;
                continue;
            }

            isWhole = false;
            end = SoundEnd(pack, end - 1);
        }

        ends.Reverse();
        return ends;
    }

    /// <summary>
    /// The entries of the section that ends here, in the order of their positions, a few in memory at a time. None when it is not sound
    /// any more.
    /// </summary>
    public static IEnumerable<PackEntry> EntriesBefore(PackBytes pack, long sectionEnd)
    {
        var position = sectionEnd - PackTrailer.Size;
        if (ReadTrailer(pack, position) is not { } trailer) yield break;
        PackEntry? last = null;
        var window = ArrayPool<byte>.Shared.Rent(LinesAtOnce * PackEntry.Size);
        try
        {
            for (int line = 0, lines; line < trailer.LineCount; line += lines)
            {
                lines = Math.Min(LinesAtOnce, trailer.LineCount - line);
                if (!TryReadLines(pack, position, trailer.LineCount, line, window.AsSpan(0, lines * PackEntry.Size))) break;
                for (var i = 0; i < lines; i++)
                {
                    var bytes = window.AsSpan(i * PackEntry.Size, PackEntry.Size);
                    if (PackEntry.BaseIn(bytes) is { } leansOn)
                    {
                        // A base without an object is left out, as what the line says cannot be so.
                        last = last is { } before ? before with { Base = leansOn } : null;
                        continue;
                    }

                    var next = PackEntry.Read(bytes);
                    if (last is { } whole) yield return whole;
                    last = next;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }

        if (last is { } end) yield return end;
    }

    /// <summary>Reads until the target is full or the file ends.</summary>
    public static int ReadFully(SafeFileHandle file, Span<byte> target, long offset)
    {
        var count = 0;
        while (count < target.Length)
        {
            var read = RandomAccess.Read(file, target[count..], offset + count);
            if (read == 0) break;
            count += read;
        }

        return count;
    }

    private static long SoundEnd(PackBytes pack, long end)
    {
        if (IsTrailerAt(pack, end - PackTrailer.Size)) return end;
        var window = new byte[WindowBytes + PackTrailer.Magic.Length];
        for (var windowEnd = end; windowEnd > PackHeader.Size; windowEnd -= WindowBytes)
        {
            var start = Math.Max(PackHeader.Size, windowEnd - WindowBytes);
            // A few bytes more than the window, so that a magic across two windows is seen.
            var length = (int)Math.Min(window.Length, end - start);
            var content = window.AsSpan(0, pack.Read(window.AsSpan(0, length), start));
            for (var at = content.LastIndexOf(PackTrailer.Magic); at >= 0; at = content[..at].LastIndexOf(PackTrailer.Magic))
            {
                if (IsTrailerAt(pack, start + at)) return start + at + PackTrailer.Size;
            }
        }

        return PackHeader.Size;
    }

    private static bool IsTrailerAt(PackBytes pack, long position) =>
        ReadTrailer(pack, position) is not null;

    /// <summary>The trailer at this position, if it and its footer are what was written.</summary>
    private static PackTrailer? ReadTrailer(PackBytes pack, long position)
    {
        Span<byte> bytes = stackalloc byte[PackTrailer.Size];
        if (position < PackHeader.Size || pack.Read(bytes, position) < bytes.Length) return null;
        if (!PackTrailer.TryRead(bytes, position, out var trailer)) return null;
        return PackTrailer.IsSound(bytes, CheckOf(pack, position, trailer, bytes)) ? trailer : null;
    }

    private static Digest? CheckOf(PackBytes pack, long position, PackTrailer trailer, ReadOnlySpan<byte> bytes)
    {
        var hasher = PackTrailer.BeginCheck(pack.Id, position);
        var window = ArrayPool<byte>.Shared.Rent(LinesAtOnce * PackEntry.Size);
        try
        {
            for (int line = 0, lines; line < trailer.LineCount; line += lines)
            {
                lines = Math.Min(LinesAtOnce, trailer.LineCount - line);
                var part = window.AsSpan(0, lines * PackEntry.Size);
                if (!TryReadLines(pack, position, trailer.LineCount, line, part)) return null;
                hasher.Update(part);
            }

            return PackTrailer.FinishCheck(hasher, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    /// <summary>Lines of the footer that ends at the position, from the given one on.</summary>
    private static bool TryReadLines(PackBytes pack, long position, int lineCount, int firstLine, Span<byte> target) =>
        pack.Read(target, position - (long)(lineCount - firstLine) * PackEntry.Size) == target.Length;
}
