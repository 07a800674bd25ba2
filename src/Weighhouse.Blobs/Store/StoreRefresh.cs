using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Store;

/// <summary>Finds what other processes have added to the folder, and what they have deleted.</summary>
internal sealed class StoreRefresh(StoreParts parts)
{
    private readonly Lock _lock = new();
    private int _goneCount;

    /// <summary>Whether anything has changed.</summary>
    public bool Run()
    {
        lock (_lock)
        {
            // Asked before the list is made: a pack of ours that begins meanwhile was not yet there to be listed, and has not gone. One
            // that was there may have gone although we append to it: another process collects what no session needs.
            var expected = parts.Packs.All.Where(static pack => pack.IsThere).ToList();
            var found = new HashSet<PackId>();
            var grown = new List<(PackFile Pack, long Length)>();
            foreach (var (id, kind, length) in parts.Home.List())
            {
                found.Add(id);
                var pack = parts.Packs.Register(id, kind);
                if (pack.IsOurs || pack.SeenBytes == length || pack.SoundEnd == length) continue;
                grown.Add((pack, length));
            }

            var changed = ReadGrown(grown);
            foreach (var pack in expected)
            {
                if (pack.IsGone || found.Contains(pack.Id)) continue;
                parts.Packs.Forget(pack);
                changed = true;
            }

            return ReadTwins() || changed;
        }
    }

    private bool ReadGrown(List<(PackFile Pack, long Length)> grown)
    {
        var changed = false;
        // A command that reads a folder does without the machinery of parallel loops, which is compiled while it runs.
        if (parts.Home.ScansMax == 1) grown.ForEach(Read);
        else Parallel.ForEach(grown, new ParallelOptions { MaxDegreeOfParallelism = parts.Home.ScansMax }, Read);
        return changed;

        void Read((PackFile Pack, long Length) entry)
        {
            if (PackLoading.ReadNew(parts, entry.Pack)) Volatile.Write(ref changed, true);
            entry.Pack.SeenBytes = entry.Length;
        }
    }

    /// <summary>
    /// The index knows one place of an object. When packs have gone, what they held may lie in others too, which is looked up now.
    /// </summary>
    private bool ReadTwins()
    {
        var gone = parts.Packs.Gone;
        if (gone.Count == _goneCount) return false;
        _goneCount = gone.Count;
        foreach (var pack in parts.Packs.All) PackLoading.ReadTwins(parts, pack);
        foreach (var pack in gone) pack.IsSettled = true;
        return true;
    }
}
