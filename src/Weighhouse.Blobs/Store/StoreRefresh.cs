using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Store;

/// <summary>Finds what other processes have added to the folder, and what they have deleted.</summary>
internal sealed class StoreRefresh(StoreParts parts)
{
    private readonly Lock _lock = new();

    /// <summary>Whether anything has changed.</summary>
    public bool Run()
    {
        lock (_lock)
        {
            var found = new HashSet<PackId>();
            var changed = false;
            foreach (var (id, kind, length) in parts.Folder.List())
            {
                found.Add(id);
                var pack = parts.Packs.Register(id, kind);
                if (pack.IsOurs || pack.SeenBytes == length) continue;
                changed |= ReadNew(pack);
                pack.SeenBytes = length;
            }

            foreach (var pack in parts.Packs.All)
            {
                if (pack.IsOurs || found.Contains(pack.Id)) continue;
                parts.Packs.Forget(pack);
                changed = true;
            }

            return changed;
        }
    }

    /// <summary>Reads the sections behind those known. A header that is not there yet, or not ours, is left for the next time.</summary>
    private bool ReadNew(PackFile pack)
    {
        try
        {
            using var file = PackFolder.Open(pack.Path, FileMode.Open, FileAccess.Read);
            Span<byte> header = stackalloc byte[PackHeader.Size];
            if (PackScan.ReadFully(file, header, 0) < header.Length) return false;
            if (!PackHeader.TryRead(header, out var kind, out var id, out var epoch) || id != pack.Id || kind != pack.Kind)
            {
                parts.Log.PackDamaged(pack.Path);
                return false;
            }

            pack.Epoch = epoch;
            var end = PackScan.SoundEnd(file, id);
            if (end <= pack.SoundEnd) return false;
            var entries = PackScan.Entries(file, id, pack.SoundEnd, end, out var isWhole);
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
}
