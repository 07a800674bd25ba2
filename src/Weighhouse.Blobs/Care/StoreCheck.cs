using System.Buffers;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Looks for damage, pack by pack.</summary>
internal sealed class StoreCheck(StoreParts parts, ObjectReader objects)
{
    private const int DamagesMax = 1000;

    private readonly Lock _lock = new();
    private readonly List<Damage> _damages = [];
    private long _objects, _bytes, _damageCount;

    public CheckReport Run(CheckDepth depth, CancellationToken cancellation)
    {
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(parts.Packs.All, options, pack => CheckPack(pack, depth, cancellation));
        var damages = _damages.OrderBy(damage => damage.Pack).ThenBy(damage => damage.OffsetBytes);
        return new CheckReport(_objects, _bytes, _damageCount, [.. damages]);
    }

    private void CheckPack(PackFile pack, CheckDepth depth, CancellationToken cancellation)
    {
        if (pack.SoundEnd <= PackHeader.Size) return;
        // What matters is the pack itself, not what was brought near of it.
        if (depth == CheckDepth.Data) parts.Packs.Distrust(pack);
        using var bytes = parts.Packs.Open(pack);
        var sections = PackScan.SectionEnds(bytes, PackHeader.Size, pack.SoundEnd, out var isWhole);
        // What a condemned pack has lost is lost to nobody, or missing where it is named.
        var readable = sections.Count == 0 ? PackHeader.Size : sections[^1];
        if (!isWhole && !pack.IsCondemned) Add(new Damage(DamageKind.Table, pack.Name, readable));
        foreach (var section in sections) CheckSection(pack, PackScan.EntriesBefore(bytes, section), depth, cancellation);
    }

    private void CheckSection(PackFile pack, IEnumerable<PackEntry> entries, CheckDepth depth, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _objects);
            Interlocked.Add(ref _bytes, entry.Info.StoredBytes);
            if (depth == CheckDepth.Data || entry.Info.Kind == ObjectKind.Recipe) CheckObject(pack, entry);
            else if (entry.Base is { } leansOn && !parts.Index.TryFind(leansOn, out _)) AddBrokenBase(pack, entry, leansOn);
        }
    }

    private void CheckObject(PackFile pack, PackEntry entry)
    {
        var raw = ArrayPool<byte>.Shared.Rent(entry.Info.RawBytes);
        try
        {
            var content = raw.AsSpan(0, entry.Info.RawBytes);
            if (objects.ReadAt(pack, entry, content) == false)
                AddBroken(pack, entry);
            else if (entry.Info.Kind == ObjectKind.Recipe)
                CheckChunks(pack, entry, content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    /// <summary>Tells an object that is damaged itself from one whose base is: the base is told of where it lies.</summary>
    private void AddBroken(PackFile pack, PackEntry entry)
    {
        // In quarantine, and stored again elsewhere: the copy that is read is checked where it lies.
        if (pack.IsCondemned && parts.Index.TryFind(entry.Id, out var place) && place.Pack != pack) return;
        var broken = Array.Find(objects.PartsAt(pack, entry.Info, entry.OffsetBytes), part => objects.Read(part).IsFailure);
        if (broken != default)
        {
            // In a condemned pack a recipe that lives has its parts: one without is dead, and goes with the pack.
            if (!pack.IsCondemned || parts.Index.TryFind(broken, out _)) AddBrokenBase(pack, entry, broken);
        }
        else if (entry.Base is { } leansOn && objects.Read(leansOn).IsFailure) AddBrokenBase(pack, entry, leansOn);
        else Add(new Damage(DamageKind.Object, pack.Name, entry.OffsetBytes, entry.Id));
    }

    private void AddBrokenBase(PackFile pack, PackEntry entry, Digest leansOn) =>
        Add(new Damage(DamageKind.BrokenBase, pack.Name, entry.OffsetBytes, entry.Id, leansOn));

    private void CheckChunks(PackFile pack, PackEntry entry, ReadOnlySpan<byte> content)
    {
        if (Recipes.Read(content) is not { } recipe)
        {
            Add(new Damage(DamageKind.Object, pack.Name, entry.OffsetBytes, entry.Id));
            return;
        }

        foreach (var chunk in recipe.Chunks)
        {
            if (!parts.Index.TryFind(chunk.Id, out _))
                Add(new Damage(DamageKind.MissingChunk, pack.Name, entry.OffsetBytes, entry.Id, chunk.Id));
        }
    }

    private void Add(Damage damage)
    {
        lock (_lock)
        {
            _damageCount++;
            if (_damages.Count < DamagesMax) _damages.Add(damage);
        }
    }
}
