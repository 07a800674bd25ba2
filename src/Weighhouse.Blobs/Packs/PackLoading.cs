namespace Weighhouse.Blobs.Packs;

/// <summary>Reads what a pack file holds into the index.</summary>
internal static class PackLoading
{
    /// <summary>Entries given to the index at a time: 50 KB, where a section may have 65,536 of them.</summary>
    private const int TakenAtOnce = 512;

    /// <summary>
    /// Reads the sections behind those known and returns whether there were any. A header that is not there yet, or not ours, is
    /// left for the next time.
    /// </summary>
    public static bool ReadNew(StoreParts parts, PackFile pack)
    {
        try
        {
            using var bytes = parts.Packs.Open(pack);
            Span<byte> header = stackalloc byte[PackHeader.Size];
            if (bytes.Read(header, 0) < header.Length) return false;
            if (!PackHeader.TryRead(header, out var kind, out var id, out var epoch) || id != pack.Id || kind != pack.Kind)
            {
                parts.Log.PackDamaged(pack.Path);
                return false;
            }

            pack.Epoch = epoch;
            var end = PackScan.SoundEnd(bytes);
            if (end <= pack.SoundEnd) return false;
            var sections = PackScan.SectionEnds(bytes, pack.SoundEnd, end, out var isWhole);
            if (!isWhole) parts.Log.PackDamaged(pack.Path);
            // The end moves once all is in: what a segment takes up meanwhile is read again by whoever finds the rest missing.
            foreach (var section in sections)
                foreach (var some in PackScan.EntriesBefore(bytes, section).Chunk(TakenAtOnce)) parts.Index.AddRead(pack, some);
            pack.SoundEnd = end;
            return true;
        }
        catch (FileNotFoundException)
        {
            // A collection was faster.
            return false;
        }
    }

    /// <summary>Adds those objects of a pack whose only known place has gone.</summary>
    public static void ReadTwins(StoreParts parts, PackFile pack)
    {
        if (pack.SoundEnd <= PackHeader.Size) return;
        try
        {
            using var bytes = parts.Packs.Open(pack);
            foreach (var section in PackScan.SectionEnds(bytes, PackHeader.Size, pack.SoundEnd, out _))
            {
                var lost = PackScan.EntriesBefore(bytes, section).Where(entry => !parts.Index.TryFind(entry.Id, out _));
                foreach (var some in lost.Chunk(TakenAtOnce)) parts.Index.AddRead(pack, some);
            }
        }
        catch (FileNotFoundException)
        {
            pack.IsGone = true;
        }
    }
}
