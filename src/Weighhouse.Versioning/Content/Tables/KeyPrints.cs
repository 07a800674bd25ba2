using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Which version of a table a row is in. A row that lies in a shared part is in both, and read once.</summary>
[Flags]
internal enum RowSides
{
    Old = 1,
    New = 2,
    Both = Old | New,
}

/// <summary>
/// Whether keys are unique, by a hash of each: different hashes are of different keys. Equal ones need not be of equal keys, so nothing
/// follows from them but that somebody must look. Beyond its memory it goes on in files without a name.
/// </summary>
internal sealed class KeyPrints(long memoryBytesMax) : IDisposable
{
    private const ulong SideBits = (ulong)RowSides.Both;
    private const int FirstSlots = 1 << 10;
    private const int PartBits = 6;

    private ulong[] _slots = new ulong[FirstSlots];
    private FileStream[]? _parts;
    private long _count;
    private bool _hasRepeated;

    /// <summary>To be asked once all keys were added.</summary>
    public bool AreUnique(CancellationToken cancellation)
    {
        for (var i = 0; i < _parts?.Length && !_hasRepeated; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _hasRepeated = Repeats(_parts[i]);
        }

        return !_hasRepeated;
    }

    public void Add(ulong hash, RowSides sides)
    {
        if (_hasRepeated) return;
        // Zero stands for nothing.
        var print = (hash | SideBits + 1) & ~SideBits;
        if (_parts is not null)
        {
            Write(print | (ulong)sides);
            return;
        }

        if (_count * 4 >= _slots.Length * 3L) Grow();
        if (_parts is not null) Write(print | (ulong)sides);
        else Insert(print, (ulong)sides);
    }

    public void Dispose()
    {
        foreach (var part in _parts ?? []) part.Dispose();
    }

    private void Insert(ulong print, ulong sides)
    {
        var mask = _slots.Length - 1;
        for (var at = (int)(print >> 3) & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot == 0)
            {
                slot = print | sides;
                _count++;
                return;
            }

            if ((slot & ~SideBits) != print) continue;
            if ((slot & sides) != 0) Repeat();
            else slot |= sides;
            return;
        }
    }

    private void Repeat()
    {
        (_hasRepeated, _slots) = (true, []);
    }

    private void Grow()
    {
        var known = _slots;
        // While it grows both are there.
        if (known.Length * 3L * sizeof(ulong) > memoryBytesMax)
        {
            _parts = new FileStream[1 << PartBits];
            for (var i = 0; i < _parts.Length; i++) _parts[i] = NamelessFile.Create();
            foreach (var slot in known)
                if (slot != 0) Write(slot);
            _slots = [];
            return;
        }

        (_slots, _count) = (new ulong[known.Length * 2], 0);
        foreach (var slot in known)
            if (slot != 0) Insert(slot & ~SideBits, slot & SideBits);
    }

    private void Write(ulong print)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, print);
        _parts![print >> (64 - PartBits)].Write(bytes);
    }

    /// <summary>A part is a sixty-fourth: of 500 million rows 64 MB.</summary>
    private static bool Repeats(FileStream part)
    {
        part.Flush();
        part.Position = 0;
        var prints = new ulong[part.Length / sizeof(ulong)];
        part.ReadExactly(MemoryMarshal.AsBytes(prints.AsSpan()));
        Array.Sort(prints);
        // The sides are the last bits, so that equal keys are neighbours; of three one side has two.
        for (var i = 1; i < prints.Length; i++)
        {
            var (before, print) = (prints[i - 1], prints[i]);
            if ((before & ~SideBits) == (print & ~SideBits) && (before & print & SideBits) != 0) return true;
            if (i > 1 && (prints[i - 2] & ~SideBits) == (print & ~SideBits)) return true;
        }

        return false;
    }
}
