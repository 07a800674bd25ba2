using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>What the roots reach, and how much of each pack that is.</summary>
internal sealed class Marking(StoreParts parts, ObjectReader objects) : IDisposable
{
    private readonly LiveMarks _live = new(parts, objects);

    public bool IsLive(Digest id) => _live.IsLive(id);

    /// <param name="tells">Whether those who charge for room hear how much is kept.</param>
    public async ValueTask RunAsync(IReadOnlyList<ILiveObjects> roots, bool tells, CancellationToken cancellation)
    {
        var told = new List<KeptBytesTold>();
        foreach (var root in roots)
            if (await root.BeginCountAsync(cancellation) is { } one) told.Add(one);
        foreach (var root in roots) await root.NameAsync(_live, cancellation);
        _live.EndOwner();
        if (tells) foreach (var one in told) await one(_live.KeptBytes, cancellation);
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
        var share = new PackShare(pack);
        foreach (var entry in Read(parts, pack))
        {
            var isLive = _live.IsLive(entry.Id);
            var isNeeded = isLive && parts.Index.TryFind(entry.Id, out var place) && place.Pack == pack
                && place.OffsetBytes == entry.OffsetBytes;
            share.Count(entry.Info.StoredBytes, isLive, isNeeded);
        }

        return share;
    }

    /// <summary>The entries of a pack in the order of their positions, a section in memory at a time.</summary>
    public static IEnumerable<PackEntry> Read(StoreParts parts, PackFile pack)
    {
        using var bytes = parts.Packs.Open(pack);
        var sections = PackScan.SectionEnds(bytes, PackHeader.Size, pack.SoundEnd, out var isWhole);
        if (!isWhole) parts.Log.PackDamaged(pack.Path);
        foreach (var section in sections)
            foreach (var entry in PackScan.EntriesBefore(bytes, section)) yield return entry;
    }
}

/// <summary>How much of a pack lives.</summary>
internal sealed class PackShare(PackFile pack)
{
    private byte[] _live = new byte[64];
    private int _count;

    public PackFile Pack { get; } = pack;

    public long SoundEnd { get; } = pack.SoundEnd;

    /// <summary>A bit for each object in the order of positions.</summary>
    public byte[] Live => _live[..((_count + 7) / 8)];

    public long LiveObjects { get; private set; }

    public long LiveBytes { get; private set; }

    public long DeadObjects { get; private set; }

    public long DeadBytes { get; private set; }

    /// <param name="isNeeded">Whether it lives and lies nowhere else.</param>
    public void Count(int bytes, bool isLive, bool isNeeded)
    {
        if (_count / 8 >= _live.Length) Array.Resize(ref _live, _live.Length * 2);
        if (isLive) _live[_count / 8] |= (byte)(1 << (_count % 8));
        _count++;
        // Even an empty object costs its entry, so that a pack of them can be condemned.
        var cost = bytes + PackEntry.Size;
        if (isNeeded) (LiveObjects, LiveBytes) = (LiveObjects + 1, LiveBytes + cost);
        else (DeadObjects, DeadBytes) = (DeadObjects + 1, DeadBytes + cost);
    }
}
