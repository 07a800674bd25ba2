using System.Runtime.InteropServices;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Matches rows by their keys in memory: takes all rows of the older side first, then those of the newer. Rows of one key are matched
/// in their order.
/// </summary>
internal sealed class RowMatcher(RowChanges changes)
{
    /// <summary>An entry of the table and of the list, beside the bytes of key and cells.</summary>
    public const int EntryBytes = 72;

    private const int SlabBytes = 1 << 20;
    private const int None = -1;

    /// <summary>Rows of one key that are told apart; what repeats more often is no key, and of whole rows only the count matters.</summary>
    private const int RepeatsMax = 64;

    private readonly Dictionary<ReadOnlyMemory<byte>, KeyRows> _byKey = new(BytesComparer.Instance);
    private readonly List<OldRow> _rows = [];
    private byte[] _slab = [];
    private int _slabUsed;
    private long _bytes;

    public long MemoryBytes => _bytes + (long)EntryBytes * (_rows.Count + _byKey.Count);

    public void AddOld(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row)
    {
        ref var found = ref Find(key, out var isNew);
        if (!isNew) changes.Repeat();
        if (cells.IsEmpty && found.Count >= RepeatsMax)
        {
            found.Extra++;
            return;
        }

        var index = _rows.Count;
        _rows.Add(new OldRow(Copy(cells), row, None));
        if (found.Count == 0) found.First = index;
        else _rows[found.Last] = _rows[found.Last] with { Next = index };
        found.Last = index;
        found.Count++;
    }

    public void AddNew(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row)
    {
        ref var found = ref Find(key, out _);
        if (found.IsMet) changes.Repeat();
        found.IsMet = true;
        if (found.Extra > 0)
        {
            found.Extra--;
            return;
        }

        if (found.Count == 0)
        {
            changes.Add(key, cells, row);
            return;
        }

        var old = _rows[found.First];
        found.First = old.Next;
        found.Count--;
        changes.Pair(key, old.Cells.Span, cells, old.Row, row);
    }

    /// <summary>What is left of the older side has gone.</summary>
    public void End()
    {
        foreach (var (key, found) in _byKey)
        {
            for (var index = found.Count == 0 ? None : found.First; index != None; index = _rows[index].Next)
                changes.Remove(key.Span, _rows[index].Cells.Span, _rows[index].Row);
            for (var i = 0L; i < found.Extra; i++) changes.Remove(key.Span, default, _rows[found.Last].Row);
        }
    }

    private ref KeyRows Find(ReadOnlySpan<byte> key, out bool isNew)
    {
        var lookup = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
        isNew = !lookup.ContainsKey(key);
        if (isNew) _byKey.Add(Copy(key), default);
        ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(lookup, key);
        return ref found;
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return default;
        if (_slab.Length - _slabUsed < bytes.Length)
        {
            _slab = GC.AllocateUninitializedArray<byte>(Math.Max(SlabBytes, bytes.Length));
            _slabUsed = 0;
        }

        var copy = _slab.AsMemory(_slabUsed, bytes.Length);
        bytes.CopyTo(copy.Span);
        _slabUsed += bytes.Length;
        _bytes += bytes.Length;
        return copy;
    }

    private readonly record struct OldRow(ReadOnlyMemory<byte> Cells, long Row, int Next);

    private struct KeyRows
    {
        public int First, Last, Count;
        public long Extra;
        public bool IsMet;
    }
}
