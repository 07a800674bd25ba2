using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning;

/// <summary>A store of objects that lives as long as a test, and can be damaged at will. It names objects as the real one does.</summary>
internal sealed class MemoryObjects : IObjectStore, IObjectWriter
{
    private static readonly Blake3Mode Recipes = Blake3Mode.Derive("weighhouse recipe 1");
    private static readonly Blake3Mode Trees = Blake3Mode.Derive("weighhouse tree 1");
    private static readonly Blake3Mode Commits = Blake3Mode.Derive("weighhouse commit 1");

    private readonly ConcurrentDictionary<Digest, (ObjectKind Kind, byte[] Bytes)> _objects = new();

    /// <summary>The ids in the store.</summary>
    public IEnumerable<Digest> Ids => _objects.Keys;

    /// <summary>How often an object was read.</summary>
    public int Reads { get; private set; }

    public int SizeOf(Digest id) => _objects[id].Bytes.Length;

    public bool Remove(Digest id) => _objects.TryRemove(id, out _);

    public void Replace(Digest id, byte[] bytes) => _objects[id] = (_objects[id].Kind, bytes);

    public TreeEntry AddFile(string name, string content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var id = Blake3.HashOf(bytes);
        _objects[id] = (ObjectKind.Chunk, bytes);
        return TreeEntry.File(name, id, bytes.Length);
    }

    public long NewBytes => 0;

    public IStoreCare Care => throw new NotSupportedException("Objects in memory are not collected.");

    public IObjectWriter BeginWrite() => this;

    public bool Contains(Digest id) => _objects.ContainsKey(id);

    public bool Has(Digest id) => Contains(id);

    public void Contains(ReadOnlySpan<Digest> ids, Span<bool> present)
    {
        for (var i = 0; i < ids.Length; i++) present[i] = Contains(ids[i]);
    }

    public ObjectInfo? Describe(Digest id) => _objects.TryGetValue(id, out var found)
        ? new ObjectInfo(found.Kind, ObjectCodec.Raw, found.Bytes.Length, found.Bytes.Length)
        : null;

    public Result<ReadOnlyMemory<byte>> Read(ObjectKind kind, Digest id)
    {
        Reads++;
        if (!_objects.TryGetValue(id, out var found) || found.Kind != kind) return Error.NotFound($"There is no {kind} {id}.");
        return NameOf(kind, found.Bytes) == id
            ? new ReadOnlyMemory<byte>(found.Bytes)
            : new Error(ErrorCode.Corrupted, $"{kind} {id} is damaged.");
    }

    public Result<StoredObject> ReadRaw(Digest id) => Describe(id) is { } info
        ? new StoredObject(info, _objects[id].Bytes)
        : Error.NotFound($"There is no object {id}.");

    public Result<FileRecipe> Recipe(Digest file) => _objects.TryGetValue(file, out var found) && found.Kind == ObjectKind.Chunk
        ? new FileRecipe(found.Bytes.Length, [new FileChunk(file, found.Bytes.Length)])
        : Error.NotFound($"There is no file {file}.");

    public async ValueTask<Result<Done>> CopyToAsync(
        Digest file, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation)
    {
        if (!Read(ObjectKind.Chunk, file).TryGet(out var bytes, out var error)) return error;
        await target.WriteAsync(bytes.Slice((int)offsetBytes, (int)lengthBytes), cancellation);
        return Done.Value;
    }

    public Result<Done> WriteTo(Digest file, SafeFileHandle target, CancellationToken cancellation)
    {
        if (!Read(ObjectKind.Chunk, file).TryGet(out var bytes, out var error)) return error;
        RandomAccess.Write(target, bytes.Span, 0);
        return Done.Value;
    }

    public bool Matches(Digest file, SafeFileHandle content, CancellationToken cancellation)
    {
        if (!Read(ObjectKind.Chunk, file).TryGet(out var bytes, out _) || RandomAccess.GetLength(content) != bytes.Length) return false;
        var read = new byte[bytes.Length];
        return RandomAccess.Read(content, read, 0) == read.Length && bytes.Span.SequenceEqual(read);
    }

    public Result<BlobInfo> AddFile(string path, CancellationToken cancellation)
    {
        var entry = AddFile("", File.ReadAllText(path));
        return new BlobInfo(entry.Id, entry.SizeBytes);
    }

    public Result<BlobInfo> AddFile(SafeFileHandle file, CancellationToken cancellation)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, bytes, 0);
        return new BlobInfo(Add(ObjectKind.Chunk, bytes), bytes.Length);
    }

    public async ValueTask<Result<BlobInfo>> AddFileAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancellation);
        return new BlobInfo(Add(ObjectKind.Chunk, all.ToArray()), all.Length);
    }

    public Digest AddObject(ObjectKind kind, ReadOnlySpan<byte> bytes) => Add(kind, bytes.ToArray());

    public Result<Done> AddRaw(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        if (NameOf(info.Kind, stored) != id) return Error.Invalid($"The bytes are not {id}.");
        Add(info.Kind, stored.ToArray());
        return Done.Value;
    }

    public ValueTask<Result<Done>> CommitAsync(CancellationToken cancellation) => new(Done.Ok);

    public void Dispose()
    {
    }

    private static Digest NameOf(ObjectKind kind, ReadOnlySpan<byte> bytes)
    {
        var hasher = new Blake3(Blake3Paths.Best, kind switch
        {
            ObjectKind.Chunk => Blake3Mode.Plain,
            ObjectKind.Recipe => Recipes,
            ObjectKind.Tree => Trees,
            _ => Commits,
        });
        hasher.Update(bytes);
        return hasher.Finish();
    }

    private Digest Add(ObjectKind kind, byte[] bytes)
    {
        var id = NameOf(kind, bytes);
        _objects[id] = (kind, bytes);
        return id;
    }
}
