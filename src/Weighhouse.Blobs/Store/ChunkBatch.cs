using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Some chunks of a file in one buffer: cut by one thread, hashed and packed by another, appended by the first again.</summary>
internal sealed class ChunkBatch(int capacityBytes) : IDisposable
{
    private readonly List<PreparedChunk> _chunks = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacityBytes);

    /// <summary>How much of the buffer has been read into.</summary>
    public int FilledBytes { get; set; }

    /// <summary>How much of it has been cut into chunks.</summary>
    public int CutBytes { get; private set; }

    public int CapacityBytes => _buffer.Length;

    public Memory<byte> Free => _buffer.AsMemory(FilledBytes);

    public ReadOnlySpan<byte> Uncut => _buffer.AsSpan(CutBytes, FilledBytes - CutBytes);

    public IReadOnlyList<PreparedChunk> Chunks => _chunks;

    /// <summary>Chunks of a hole that follow those in the buffer.</summary>
    public (FileChunk Chunk, long Count) Hole { get; private set; }

    public bool IsEmpty => CutBytes == 0 && Hole.Count == 0;

    public void Cut(int length)
    {
        _chunks.Add(new PreparedChunk(CutBytes, length));
        CutBytes += length;
    }

    /// <summary>What could not be cut yet is the beginning of these.</summary>
    public void Skip(FileChunk zeros, long count)
    {
        FilledBytes = CutBytes;
        Hole = (zeros, count);
    }

    /// <summary>Makes room for a header that decides the cuts and is longer than the buffer.</summary>
    public void Grow(int capacity)
    {
        Invariant.That(CutBytes == 0);
        var larger = ArrayPool<byte>.Shared.Rent(capacity);
        _buffer.AsSpan(0, FilledBytes).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Hashes every chunk and packs those the store lacks.</summary>
    public void Prepare(Func<Digest, bool> isKnown)
    {
        foreach (var chunk in _chunks) chunk.Prepare(_buffer, isKnown);
    }

    public ReadOnlySpan<byte> StoredOf(PreparedChunk chunk) =>
        chunk.Packed is { } packed ? packed.AsSpan(0, chunk.StoredBytes) : _buffer.AsSpan(chunk.Start, chunk.LengthBytes);

    public void Dispose()
    {
        foreach (var chunk in _chunks) chunk.Release();
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}

/// <summary>A chunk in a batch.</summary>
internal sealed class PreparedChunk(int start, int lengthBytes)
{
    public int Start { get; } = start;

    public int LengthBytes { get; } = lengthBytes;

    public Digest Id { get; private set; }

    /// <summary>Whether the store had it: then nothing is packed.</summary>
    public bool IsKnown { get; private set; }

    public ObjectCodec Codec { get; private set; }

    public byte[]? Packed { get; private set; }

    public int StoredBytes { get; private set; }

    public ObjectInfo Info => new(ObjectKind.Chunk, Codec, LengthBytes, StoredBytes);

    public void Prepare(byte[] buffer, Func<Digest, bool> isKnown)
    {
        var raw = buffer.AsSpan(Start, LengthBytes);
        Id = ObjectIds.Of(ObjectKind.Chunk, raw);
        IsKnown = isKnown(Id);
        if (IsKnown) return;
        Codec = Packing.Pack(raw, out var packed, out var stored);
        (Packed, StoredBytes) = (packed, stored);
    }

    public void Release()
    {
        if (Packed is not null) ArrayPool<byte>.Shared.Return(Packed);
        Packed = null;
    }
}
