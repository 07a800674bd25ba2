using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Planes;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Repack;

/// <summary>
/// What is stored against what, over all packs and all their twins. Below an object lie its base and what that leans on, above it those
/// that lean on it; no row of leaning objects may have more than <see cref="XorPlanes.DepthMax"/> steps. A circle would be such a row, so
/// that bound keeps circles out too. 100 bytes for each object with a base.
/// </summary>
internal sealed class LeanGraph
{
    private readonly Dictionary<Digest, Digest> _bases = [];
    private readonly Dictionary<Digest, int> _heights = [];

    /// <summary>Objects with two bases in two packs: forged, or of a future program. Nothing more may hang on them.</summary>
    private readonly HashSet<Digest> _tangled = [];

    public static LeanGraph Read(PackSet packs)
    {
        var graph = new LeanGraph();
        foreach (var pack in packs.All.Where(static pack => pack.Kind == PackKind.Data && pack.SoundEnd > PackHeader.Size))
        {
            using var bytes = packs.Open(pack);
            foreach (var end in PackScan.SectionEnds(bytes, PackHeader.Size, pack.SoundEnd, out _))
            {
                foreach (var entry in PackScan.EntriesBefore(bytes, end))
                    if (entry.Base is { } leansOn) graph.Load(entry.Id, leansOn);
            }
        }

        graph.Measure();
        return graph;
    }

    public bool HasBase(Digest id) => _bases.ContainsKey(id);

    /// <summary>
    /// The nearest to <paramref name="wanted"/> that the object may be stored against: itself, or what it is stored against in turn. Null
    /// when there is none.
    /// </summary>
    public Digest? BaseFor(Digest id, Digest wanted)
    {
        if (HasBase(id)) return null;
        for (Digest? candidate = wanted; candidate is { } leansOn; candidate = BaseOf(leansOn))
        {
            if (leansOn == id) return null;
            if (HeightOf(id) + 1 + DepthOf(leansOn) <= XorPlanes.DepthMax) return leansOn;
        }

        return null;
    }

    /// <summary>Notes that the object is stored so now; false when something else has meanwhile made that one step too many.</summary>
    public bool TryAdd(Digest id, Digest leansOn)
    {
        if (BaseFor(id, leansOn) != leansOn) return false;
        _bases.Add(id, leansOn);
        Raise(id);
        return true;
    }

    private void Load(Digest id, Digest leansOn)
    {
        if (!_bases.TryAdd(id, leansOn) && _bases[id] != leansOn) _tangled.Add(id);
    }

    private void Measure()
    {
        foreach (var id in _bases.Keys) Raise(id);
    }

    /// <summary>What lies below the object is now under it.</summary>
    private void Raise(Digest id)
    {
        var height = HeightOf(id);
        // Bounded even where a forged circle would lead round and round.
        for (var step = 0; step < XorPlanes.DepthMax && BaseOf(id) is { } leansOn; step++)
        {
            height++;
            if (HeightOf(leansOn) >= height) return;
            _heights[leansOn] = height;
            id = leansOn;
        }
    }

    private Digest? BaseOf(Digest id) => _bases.TryGetValue(id, out var leansOn) ? leansOn : null;

    private int HeightOf(Digest id) => _tangled.Contains(id) ? XorPlanes.DepthMax : _heights.GetValueOrDefault(id);

    private int DepthOf(Digest id)
    {
        var depth = 0;
        for (Digest? at = id; depth < XorPlanes.DepthMax && at is { } here; depth++)
        {
            if (_tangled.Contains(here)) return XorPlanes.DepthMax;
            at = BaseOf(here);
            if (at is null) return depth;
        }

        return depth;
    }
}
