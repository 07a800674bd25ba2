using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// Adds up the room of what each owner names. Two bytes for each object say who was first to name it, or that several do.
/// </summary>
internal sealed class UsageMarks(StoreParts parts, ObjectReader objects) : Marks(parts, objects)
{
    /// <summary>Owners beyond this many are counted as shared.</summary>
    private const ushort Shared = ushort.MaxValue;

    private readonly List<OwnerCount> _owners = [];
    private readonly NumberBits _met = new();
    private ushort[] _firstOf = new ushort[1 << 10];
    private long _liveObjects, _liveBytes, _sharedBytes;

    /// <summary>Whose turn it is, from 1; 0 is nobody.</summary>
    private int _owner;

    public override void Begin(LiveOwner owner)
    {
        if (_owner > 0 && _owners[_owner - 1].Owner == owner) return;
        Invariant.That(_owners.TrueForAll(known => known.Owner != owner));
        _owners.Add(new OwnerCount(owner));
        _owner = _owners.Count;
        _met.Clear();
    }

    public StoreUsage Usage(DateTimeOffset at, long packBytes) => new(
        at, _liveObjects, _liveBytes, _sharedBytes, Math.Max(0, packBytes - _liveBytes),
        [
            .. _owners.Where(static one => one.Objects > 0)
                .Select(static one => new OwnerUsage(one.Owner, one.Objects, one.Bytes, one.OwnBytes)),
        ]);

    protected override bool Reach(int number, in ObjectPlace place)
    {
        if (_owner == 0) Begin(new LiveOwner("other", ""));
        if (!_met.Set(number)) return false;
        if (number >= _firstOf.Length) Array.Resize(ref _firstOf, Math.Max(_firstOf.Length * 2, number + 1));
        var bytes = place.Info.StoredBytes + PackEntry.Size;
        var owner = _owners[_owner - 1];
        owner.Objects++;
        owner.Bytes += bytes;
        ref var first = ref _firstOf[number];
        if (first == 0) Meet(owner, bytes, ref first);
        else Share(bytes, ref first);
        return true;
    }

    private void Meet(OwnerCount owner, int bytes, ref ushort first)
    {
        _liveObjects++;
        _liveBytes += bytes;
        first = (ushort)Math.Min(_owner, Shared);
        if (first == Shared) _sharedBytes += bytes;
        else owner.OwnBytes += bytes;
    }

    private void Share(int bytes, ref ushort first)
    {
        if (first == Shared || first == _owner) return;
        _owners[first - 1].OwnBytes -= bytes;
        _sharedBytes += bytes;
        first = Shared;
    }

    private sealed class OwnerCount(LiveOwner owner)
    {
        public LiveOwner Owner { get; } = owner;

        public long Objects { get; set; }

        public long Bytes { get; set; }

        public long OwnBytes { get; set; }
    }
}
