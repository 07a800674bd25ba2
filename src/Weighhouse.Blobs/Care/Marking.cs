using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>What the roots reach, and how much of each pack that is.</summary>
internal sealed class Marking(StoreParts parts, ObjectReader objects) : IDisposable
{
    private readonly LiveMarks _live = new(parts, objects);

    public bool IsLive(Digest id) => _live.IsLive(id);

    public async ValueTask RunAsync(IEnumerable<ILiveObjects> roots, CancellationToken cancellation)
    {
        foreach (var root in roots) await root.NameAsync(_live, cancellation);
        MarkBases();
    }

    public void Dispose() => _live.Dispose();

    /// <summary>
    /// What anything is stored against lives, whether that lives or not: as long as a pack holds the one, it must be able to be read, for
    /// a session may find it and name it again.
    /// </summary>
    private void MarkBases()
    {
        foreach (var pack in parts.Packs.All.Where(static pack => pack.Kind == PackKind.Data && pack.SoundEnd > PackHeader.Size))
        {
            foreach (var entry in Read(parts, pack))
                if (entry.Base is { } leansOn) _live.AddFile(leansOn);
        }
    }

    /// <summary>
    /// Counts a pack. An object that lies in another place too counts as dead here, for taking it away from here costs nothing.
    /// </summary>
    public PackShare Weigh(PackFile pack)
    {
        var entries = Read(parts, pack);
        var live = new byte[(entries.Count + 7) / 8];
        var share = new PackShare(pack, live);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var isLive = _live.IsLive(entry.Id);
            if (isLive) live[i / 8] |= (byte)(1 << (i % 8));
            var isNeeded = isLive && parts.Index.TryFind(entry.Id, out var place) && place.Pack == pack
                && place.OffsetBytes == entry.OffsetBytes;
            share.Count(entry.Info.StoredBytes, isNeeded);
        }

        return share;
    }

    /// <summary>The entries of a pack in the order of their positions.</summary>
    public static List<PackEntry> Read(StoreParts parts, PackFile pack)
    {
        using var bytes = parts.Packs.Open(pack);
        var entries = PackScan.Entries(bytes, PackHeader.Size, pack.SoundEnd, out var isWhole);
        if (!isWhole) parts.Log.PackDamaged(pack.Path);
        entries.Sort((left, right) => left.OffsetBytes.CompareTo(right.OffsetBytes));
        return entries;
    }
}

/// <summary>How much of a pack lives.</summary>
internal sealed class PackShare(PackFile pack, byte[] live)
{
    public PackFile Pack { get; } = pack;

    public long SoundEnd { get; } = pack.SoundEnd;

    public byte[] Live { get; } = live;

    public long LiveObjects { get; private set; }

    public long LiveBytes { get; private set; }

    public long DeadObjects { get; private set; }

    public long DeadBytes { get; private set; }

    public void Count(int bytes, bool isLive)
    {
        // Even an empty object costs its entry, so that a pack of them can be condemned.
        var cost = bytes + PackEntry.Size;
        if (isLive) (LiveObjects, LiveBytes) = (LiveObjects + 1, LiveBytes + cost);
        else (DeadObjects, DeadBytes) = (DeadObjects + 1, DeadBytes + cost);
    }
}
