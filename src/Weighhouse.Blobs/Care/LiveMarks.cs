using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>A bit for each object that somebody names: 5 million take 625 KB. And how much of files each owner is first to name.</summary>
internal sealed class LiveMarks(StoreParts parts, ObjectReader objects) : Marks(parts, objects)
{
    private readonly NumberBits _live = new();

    private readonly Dictionary<LiveOwner, long> _keptBytes = [];
    private LiveOwner? _owner;
    private long _ownerBytes;

    /// <summary>Whose it is makes no difference to the collection; those who charge for it are told.</summary>
    public override void Begin(LiveOwner owner)
    {
        EndOwner();
        _owner = owner;
    }

    /// <summary>What is named from here on is nobody's.</summary>
    public void EndOwner()
    {
        if (_owner is { } before) _keptBytes[before] = _keptBytes.GetValueOrDefault(before) + _ownerBytes;
        (_owner, _ownerBytes) = (null, 0);
    }

    public IReadOnlyDictionary<LiveOwner, long> KeptBytes => _keptBytes;

    public bool IsLive(Digest id)
    {
        var number = Numbers.Find(id, out _);
        return number >= 0 && _live[number];
    }

    protected override bool Reach(int number, in ObjectPlace place)
    {
        if (!_live.Set(number)) return false;
        if (place.Info.Kind == ObjectKind.Chunk) _ownerBytes += place.Info.RawBytes;
        return true;
    }
}

/// <summary>Bits by number; grows as it is asked to.</summary>
internal sealed class NumberBits
{
    private ulong[] _words = new ulong[1 << 10];

    public bool this[int number] => number >> 6 < _words.Length && (_words[number >> 6] >> (number & 63) & 1) != 0;

    /// <summary>Whether it was not set before.</summary>
    public bool Set(int number)
    {
        if (number >> 6 >= _words.Length) Array.Resize(ref _words, Math.Max(_words.Length * 2, (number >> 6) + 1));
        ref var word = ref _words[number >> 6];
        var before = word;
        word |= 1UL << (number & 63);
        return word != before;
    }

    public void Clear() => Array.Clear(_words);
}
