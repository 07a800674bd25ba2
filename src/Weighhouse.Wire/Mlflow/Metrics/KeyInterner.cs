using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace Weighhouse.Wire.Mlflow.Metrics;

/// <summary>
/// One string for each distinct key of a request: a batch of 1,000 metrics has some ten. Compares the bytes in the body itself.
/// </summary>
internal ref struct KeyInterner
{
    private const int BucketsFirst = 64;

    private readonly ReadOnlySpan<byte> _body;
    private Entry[] _entries;
    private int _count;

    public KeyInterner(ReadOnlySpan<byte> body)
    {
        _body = body;
        _entries = Rent(BucketsFirst);
    }

    /// <summary>The string at the reader. Throws <see cref="InvalidOperationException"/> when it is not well-formed Unicode.</summary>
    public string Take(ref Utf8JsonReader reader)
    {
        // An escaped text has no bytes to compare with; keys that need escapes are rare.
        if (reader.ValueIsEscaped) return reader.GetString()!;
        var bytes = reader.ValueSpan;
        var hash = HashOf(bytes);
        var mask = (uint)_entries.Length - 1;
        var slot = hash & mask;
        while (_entries[slot].Text is { } text)
        {
            ref readonly var entry = ref _entries[slot];
            if (entry.Hash == hash && _body.Slice(entry.Start, entry.Length).SequenceEqual(bytes)) return text;
            slot = (slot + 1) & mask;
        }

        var made = reader.GetString()!;
        _entries[slot] = new Entry(made, hash, (int)reader.TokenStartIndex + 1, bytes.Length);
        if (++_count * 2 > _entries.Length) Grow();
        return made;
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(_entries, clearArray: true);
        _entries = [];
    }

    private static uint HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = (uint)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) hash = BitOperations.Crc32C(hash, value);
        return hash;
    }

    /// <summary>Exactly a power of two: the mask needs it, and the pool rounds up to one.</summary>
    private static Entry[] Rent(int buckets)
    {
        var entries = ArrayPool<Entry>.Shared.Rent(buckets);
        return BitOperations.IsPow2(entries.Length) ? entries : new Entry[buckets];
    }

    private void Grow()
    {
        var old = _entries;
        _entries = Rent(old.Length * 2);
        var mask = (uint)_entries.Length - 1;
        foreach (var entry in old)
        {
            if (entry.Text is null) continue;
            var slot = entry.Hash & mask;
            while (_entries[slot].Text is not null) slot = (slot + 1) & mask;
            _entries[slot] = entry;
        }

        ArrayPool<Entry>.Shared.Return(old, clearArray: true);
    }

    private readonly record struct Entry(string? Text, uint Hash, int Start, int Length);
}
