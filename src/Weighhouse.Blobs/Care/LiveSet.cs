using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>
/// Digests by their first 64 bits: 5 million take 64 MiB. Two that share those bits are taken for one, which can only keep a dead
/// object alive. Not thread-safe.
/// </summary>
internal sealed class LiveSet
{
    private const int FirstCapacity = 1 << 12;

    private ulong[] _slots = new ulong[FirstCapacity];

    public int Count { get; private set; }

    public void Add(Digest id)
    {
        // At three quarters; a table fuller than that searches long.
        if (Count >= _slots.Length / 4 * 3) Grow();
        if (Insert(_slots, KeyOf(id))) Count++;
    }

    public bool Contains(Digest id)
    {
        var key = KeyOf(id);
        for (var slot = key & (ulong)(_slots.Length - 1); ; slot = (slot + 1) & (ulong)(_slots.Length - 1))
        {
            if (_slots[slot] == key) return true;
            if (_slots[slot] == 0) return false;
        }
    }

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var key in _slots)
        {
            if (key != 0) Insert(larger, key);
        }

        _slots = larger;
    }

    private static bool Insert(ulong[] slots, ulong key)
    {
        var slot = key & (ulong)(slots.Length - 1);
        while (slots[slot] != 0)
        {
            if (slots[slot] == key) return false;
            slot = (slot + 1) & (ulong)(slots.Length - 1);
        }

        slots[slot] = key;
        return true;
    }

    /// <summary>Never zero, which marks a free slot.</summary>
    private static ulong KeyOf(Digest id)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        id.CopyTo(bytes);
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }
}
