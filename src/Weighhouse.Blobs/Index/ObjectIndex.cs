using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>Where an object lies.</summary>
internal readonly record struct ObjectPlace(PackFile Pack, ObjectInfo Info, long OffsetBytes);

/// <summary>From the id of an object to its place. Knows what is durable, and nothing else.</summary>
internal sealed class ObjectIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, ObjectPlace> _places = [];

    public int Count
    {
        get
        {
            lock (_lock) return _places.Count;
        }
    }

    /// <summary>A place in a pack that stays, if there is one; else one in a condemned pack.</summary>
    public bool TryFind(Digest id, out ObjectPlace place)
    {
        lock (_lock) return _places.TryGetValue(id, out place) && !place.Pack.IsGone;
    }

    /// <summary>Adds what a section holds, unless a pack that stays has it already.</summary>
    public void Add(PackFile pack, IReadOnlyCollection<PackEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var place = new ObjectPlace(pack, entry.Info, entry.OffsetBytes);
                if (_places.TryAdd(entry.Id, place)) continue;
                var known = _places[entry.Id].Pack;
                if (known.IsGone || (known.IsCondemned && !pack.IsCondemned)) _places[entry.Id] = place;
            }
        }
    }
}
