using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Matches rows of tables that do not fit in memory: parts them by the hash of their keys into files of the system's temporary folder,
/// which have no name while they are used, and matches part by part.
/// </summary>
internal sealed class RowPartitions : IDisposable
{
    private const int PartsMax = 256;
    private const int HeadBytes = 1 + sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>A part that is too large is parted again by another hash; what is too large still is made of rows of one key.</summary>
    private const int LevelMax = 4;

    private readonly RowChanges _changes;
    private readonly long _memoryBytesMax;
    private readonly int _level;
    private readonly FileStream[] _parts;
    private readonly long[] _rows;

    public RowPartitions(RowChanges changes, long memoryBytesMax, long expectedBytes, int level = 0)
    {
        (_changes, _memoryBytesMax, _level) = (changes, memoryBytesMax, level);
        _parts = new FileStream[(int)Math.Clamp(expectedBytes * 4 / Math.Max(1, memoryBytesMax) + 1, 2, PartsMax)];
        _rows = new long[_parts.Length];
        for (var i = 0; i < _parts.Length; i++) _parts[i] = Files.NamelessFile.Create();
    }

    public void Add(bool isOld, ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row)
    {
        var index = (uint)HashCode.Combine(Files.BytesComparer.Instance.GetHashCode(key), _level) % (uint)_parts.Length;
        _rows[index]++;
        var part = _parts[index];
        Span<byte> head = stackalloc byte[HeadBytes];
        head[0] = isOld ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], row);
        BinaryPrimitives.WriteInt32LittleEndian(head[9..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[13..], cells.Length);
        part.Write(head);
        part.Write(key);
        part.Write(cells);
    }

    /// <summary>Matches all that was added, older rows first, as they were. Null, or why it cannot be done.</summary>
    public Error? Match(CancellationToken cancellation)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Match(_parts[i], _parts[i].Length + 2 * RowMatcher.EntryBytes * _rows[i], cancellation) is { } error) return error;
            // Its room on disk is free again.
            _parts[i].Dispose();
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var part in _parts) part?.Dispose();
    }

    /// <param name="expectedBytes">Memory its rows take when no two have the same key.</param>
    private Error? Match(FileStream part, long expectedBytes, CancellationToken cancellation)
    {
        if (expectedBytes > _memoryBytesMax && _level < LevelMax) return MatchParted(part, expectedBytes, cancellation);
        var matcher = new RowMatcher(_changes);
        foreach (var record in Records(part))
        {
            if (record.IsOld) matcher.AddOld(record.Key, record.Cells, record.Row);
            else matcher.AddNew(record.Key, record.Cells, record.Row);
            if (_level < LevelMax || matcher.MemoryBytes <= 4 * _memoryBytesMax) continue;
            return new Error(
                ErrorCode.LimitExceeded,
                "Too many rows have the same key to be matched in memory. Choose columns that tell rows apart, or none.", "key");
        }

        matcher.End();
        return null;
    }

    private Error? MatchParted(FileStream part, long expectedBytes, CancellationToken cancellation)
    {
        using var parted = new RowPartitions(_changes, _memoryBytesMax, expectedBytes, _level + 1);
        foreach (var record in Records(part)) parted.Add(record.IsOld, record.Key, record.Cells, record.Row);
        return parted.Match(cancellation);
    }

    private static RecordReader Records(FileStream part)
    {
        part.Flush();
        part.Position = 0;
        return new RecordReader(part);
    }

    /// <summary>Reads records one after the other into one buffer.</summary>
    private ref struct RecordReader(FileStream part)
    {
        private byte[] _buffer = new byte[4 << 10];
        private int _keyBytes, _cellBytes;

        public bool IsOld { get; private set; }

        public long Row { get; private set; }

        public readonly ReadOnlySpan<byte> Key => _buffer.AsSpan(0, _keyBytes);

        public readonly ReadOnlySpan<byte> Cells => _buffer.AsSpan(_keyBytes, _cellBytes);

        public readonly RecordReader Current => this;

        public readonly RecordReader GetEnumerator() => this;

        public bool MoveNext()
        {
            Span<byte> head = stackalloc byte[HeadBytes];
            if (part.Read(head[..1]) == 0) return false;
            part.ReadExactly(head[1..]);
            IsOld = head[0] == 1;
            Row = BinaryPrimitives.ReadInt64LittleEndian(head[1..]);
            _keyBytes = BinaryPrimitives.ReadInt32LittleEndian(head[9..]);
            _cellBytes = BinaryPrimitives.ReadInt32LittleEndian(head[13..]);
            if (_buffer.Length < _keyBytes + _cellBytes) _buffer = new byte[(_keyBytes + _cellBytes) * 2];
            part.ReadExactly(_buffer.AsSpan(0, _keyBytes + _cellBytes));
            return true;
        }
    }
}
