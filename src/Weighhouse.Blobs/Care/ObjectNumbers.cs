using System.Buffers.Binary;
using Weighhouse.Blobs.Index;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// A small number for every object: where it is in the segments of the index, and behind those for what is not in a segment, in the order
/// of asking. Those are known by their first 64 bits (12 bytes each); two that share them are taken for one, which can only keep a dead
/// object alive. Not thread-safe.
/// </summary>
internal sealed class ObjectNumbers(IndexView view)
{
    private const int FirstCapacity = 1 << 10;

    private ulong[] _keys = new ulong[FirstCapacity];
    private int[] _numbers = new int[FirstCapacity];
    private int _count;

    /// <summary>Below zero when the id has none. The place is that of the segment, if one has it.</summary>
    public int Find(Digest id, out ObjectPlace place)
    {
        var number = view.Find(id, out place);
        if (number >= 0) return number;
        var slot = SlotOf(_keys, KeyOf(id));
        return _keys[slot] == 0 ? -1 : view.Count + _numbers[slot];
    }

    /// <summary>Gives a number to an id that has none.</summary>
    public int Take(Digest id)
    {
        // At three quarters; a table fuller than that searches long.
        if (_count >= _keys.Length / 4 * 3) Grow();
        var slot = SlotOf(_keys, KeyOf(id));
        Invariant.That(_keys[slot] == 0);
        (_keys[slot], _numbers[slot]) = (KeyOf(id), _count);
        return view.Count + _count++;
    }

    private void Grow()
    {
        var keys = new ulong[_keys.Length * 2];
        var numbers = new int[keys.Length];
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] == 0) continue;
            var slot = SlotOf(keys, _keys[i]);
            (keys[slot], numbers[slot]) = (_keys[i], _numbers[i]);
        }

        (_keys, _numbers) = (keys, numbers);
    }

    /// <summary>Where the key is, or would be.</summary>
    private static int SlotOf(ulong[] keys, ulong key)
    {
        var slot = key & (ulong)(keys.Length - 1);
        while (keys[slot] != 0 && keys[slot] != key) slot = (slot + 1) & (ulong)(keys.Length - 1);
        return (int)slot;
    }

    /// <summary>Never zero, which marks a free slot.</summary>
    private static ulong KeyOf(Digest id)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        id.CopyTo(bytes);
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }
}
