using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Content.Files;

/// <summary>The bytes of one version of a file, wherever they lie. Safe to read on several threads.</summary>
internal abstract class FileContent
{
    /// <summary>Null for content that is not in the store.</summary>
    public abstract Digest? Id { get; }

    public abstract long SizeBytes { get; }

    /// <summary>Its pieces, by which equal parts are known without reading them; null where nobody has cut it.</summary>
    public virtual ChunkMap? Chunks => null;

    /// <summary>From the start; seekable.</summary>
    public abstract Stream Open();

    /// <summary>From the start, for who reads to the end: what comes next is read meanwhile. Seekable.</summary>
    public virtual Stream OpenAhead() => Open();

    /// <summary>A part of it, which must lie inside; without a copy where it lies in one piece.</summary>
    public abstract ReadOnlyMemory<byte> Read(long offsetBytes, int lengthBytes);

    /// <summary>A part of it into memory of the caller's, as long as that.</summary>
    public virtual void Read(long offsetBytes, Span<byte> target) => Read(offsetBytes, target.Length).Span.CopyTo(target);
}

/// <summary>
/// A file of the store. Every piece is verified when it is read; a damaged one throws <see cref="CorruptBlobException"/>.
/// </summary>
internal sealed class StoredContent(IObjectStore store, Digest id, FileRecipe recipe) : FileContent
{
    private readonly ChunkMap _chunks = new(recipe.Chunks);

    public override Digest? Id => id;

    public override long SizeBytes => recipe.SizeBytes;

    public override ChunkMap Chunks => _chunks;

    public static Result<FileContent> Of(IObjectStore store, Digest id) =>
        store.Recipe(id).Map<FileContent>(recipe => new StoredContent(store, id, recipe));

    public override Stream Open() => new ChunkStream(this);

    public override Stream OpenAhead() => new AheadStream(this);

    public override ReadOnlyMemory<byte> Read(long offsetBytes, int lengthBytes)
    {
        if (lengthBytes == 0) return default;
        var index = _chunks.IndexAt(offsetBytes);
        var first = ReadChunk(index)[(int)(offsetBytes - _chunks.StartOf(index))..];
        if (first.Length >= lengthBytes) return first[..lengthBytes];
        var bytes = GC.AllocateUninitializedArray<byte>(lengthBytes);
        first.CopyTo(bytes);
        for (var at = first.Length; at < lengthBytes;)
        {
            var next = ReadChunk(++index);
            next = next[..Math.Min(next.Length, lengthBytes - at)];
            next.CopyTo(bytes.AsMemory(at));
            at += next.Length;
        }

        return bytes;
    }

    public override void Read(long offsetBytes, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var index = _chunks.IndexAt(offsetBytes);
            var (chunk, skip) = (_chunks[index], (int)(offsetBytes - _chunks.StartOf(index)));
            var taken = Math.Min(chunk.LengthBytes - skip, target.Length);
            if (taken < chunk.LengthBytes) ReadChunk(index).Span.Slice(skip, taken).CopyTo(target);
            else if (store.Read(ObjectKind.Chunk, chunk.Id, target[..taken]).Error is { } error)
                throw new CorruptBlobException(id, error.Message);
            offsetBytes += taken;
            target = target[taken..];
        }
    }

    public ReadOnlyMemory<byte> ReadChunk(int index)
    {
        var chunk = _chunks[index];
        if (!store.Read(ObjectKind.Chunk, chunk.Id).TryGet(out var bytes, out var error)) throw new CorruptBlobException(id, error.Message);
        if (bytes.Length != chunk.LengthBytes)
            throw new CorruptBlobException(id, $"Chunk {chunk.Id} has {bytes.Length} bytes and the file says {chunk.LengthBytes}.");
        return bytes;
    }
}

/// <summary>A file of a folder on disk.</summary>
internal sealed class DiskContent(string path) : FileContent
{
    public override Digest? Id => null;

    public override long SizeBytes { get; } = new FileInfo(path).Length;

    public override Stream Open() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    public override ReadOnlyMemory<byte> Read(long offsetBytes, int lengthBytes)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(lengthBytes);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var at = 0; at < lengthBytes;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(at), offsetBytes + at);
            if (count == 0) throw new IOException($"{path} became shorter while it was read. Compare it again when nobody writes to it.");
            at += count;
        }

        return bytes;
    }
}

/// <summary>Nothing: the side of a file that was added or removed.</summary>
internal sealed class NoContent : FileContent
{
    public static readonly NoContent Instance = new();

    public override Digest? Id => null;

    public override long SizeBytes => 0;

    public override Stream Open() => Stream.Null;

    public override ReadOnlyMemory<byte> Read(long offsetBytes, int lengthBytes) => default;
}
