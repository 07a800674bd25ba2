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
                changed |= PackLoading.ReadNew(parts, pack);
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
}
