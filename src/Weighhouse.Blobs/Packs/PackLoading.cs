namespace Weighhouse.Blobs.Packs;

/// <summary>Reads what a pack file holds into the index.</summary>
internal static class PackLoading
{
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
            var entries = PackScan.Entries(bytes, pack.SoundEnd, end, out var isWhole);
            if (!isWhole) parts.Log.PackDamaged(pack.Path);
            parts.Index.Add(pack, entries);
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
            var entries = PackScan.Entries(bytes, PackHeader.Size, pack.SoundEnd, out _);
            entries.RemoveAll(entry => parts.Index.TryFind(entry.Id, out _));
            if (entries.Count > 0) parts.Index.Add(pack, entries);
        }
        catch (FileNotFoundException)
        {
            pack.IsGone = true;
        }
    }
}
