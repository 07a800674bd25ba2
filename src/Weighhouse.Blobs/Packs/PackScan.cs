using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Packs;

/// <summary>Reads the sections of a pack from its end to its start, and finds the end of the last whole one behind a torn tail.</summary>
internal static class PackScan
{
    /// <summary>A torn tail is at most the section that was being written; this much of it is looked through at a time.</summary>
    private const int WindowBytes = 1 << 20;

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
            if (ReadSection(pack, end - PackTrailer.Size, entries: null) is { } trailer)
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

    /// <summary>The entries of the section that ends here, in the order of their positions. None when it is not sound any more.</summary>
    public static List<PackEntry> EntriesBefore(PackBytes pack, long sectionEnd)
    {
        var entries = new List<PackEntry>();
        ReadSection(pack, sectionEnd - PackTrailer.Size, entries);
        return entries;
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
        ReadSection(pack, position, entries: null) is not null;

    private static PackTrailer? ReadSection(PackBytes pack, long position, List<PackEntry>? entries)
    {
        Span<byte> bytes = stackalloc byte[PackTrailer.Size];
        if (position < PackHeader.Size || pack.Read(bytes, position) < bytes.Length) return null;
        if (!PackTrailer.TryRead(bytes, position, out var trailer)) return null;
        var footer = new byte[trailer.LineCount * PackEntry.Size];
        var footerStart = position - footer.Length;
        if (pack.Read(footer, footerStart) < footer.Length) return null;
        if (!PackTrailer.IsSound(pack.Id, position, footer, bytes)) return null;
        if (entries is not null) PackEntry.ReadAll(footer, entries);
        return trailer;
    }
}
