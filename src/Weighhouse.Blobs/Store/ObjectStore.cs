using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Care;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Objects in the packs of one local folder.</summary>
internal sealed class ObjectStore : IObjectStore
{
    private readonly StoreParts _parts;
    private readonly StoreRefresh _refresh;
    private readonly ObjectReader _objects;
    private readonly FileReader _files;
    private readonly PackAppender _data, _meta;
    private readonly IEpochs _epochs;

    private ObjectStore(StoreParts parts, IEpochs epochs)
    {
        _parts = parts;
        _refresh = new StoreRefresh(parts);
        _objects = new ObjectReader(parts, _refresh);
        _files = new FileReader(_objects);
        _data = new PackAppender(PackKind.Data, parts);
        _meta = new PackAppender(PackKind.Meta, parts);
        _epochs = epochs;
        Care = new StoreCare(parts, _objects, _files, _refresh, _epochs, BeginSession);
    }

    public IStoreCare Care { get; }

    public BlobsOptions Options => _parts.Options;

    public ObjectReader Objects => _objects;

    public FileReader Files => _files;

    public StoreParts Parts => _parts;

    /// <summary>Opens the store in the folder of the options, making it when there is none.</summary>
    public static Result<ObjectStore> Open(BlobsOptions options, TimeProvider clock, IdGenerator ids, ILogger log)
    {
        var folder = new PackFolder(options.Folder);
        try
        {
            if (folder.Prepare().Error is { } refusal) return refusal;
            var parts = new StoreParts(folder, new FolderHome(folder, ids), options, clock, log);
            return Load(parts, new Epochs(folder, parts.Packs));
        }
        // The boundary to the disk: what it is known to refuse becomes an error, the rest is a bug and passes.
        catch (Exception failure) when (DiskErrors.Explain(failure, folder.Folder) is not null)
        {
            return DiskErrors.Explain(failure, folder.Folder)!;
        }
    }

    /// <summary>The store over these parts, with all it holds in the index.</summary>
    public static ObjectStore Load(StoreParts parts, IEpochs epochs)
    {
        var store = new ObjectStore(parts, epochs);
        parts.Index.Open();
        epochs.Current();
        store._refresh.Run();
        parts.Index.Compact(ObjectIndex.WorthwhileCount);
        parts.Log.StoreOpened(parts.Home.Name, parts.Packs.All.Count, parts.Index.Count, Blake3Paths.Best);
        return store;
    }

    public IObjectWriter BeginWrite() => BeginSession();

    public ObjectWriter BeginSession() => new(_parts, _objects, _data, _meta, _epochs);

    /// <summary>What is added from now on goes to new packs.</summary>
    public void LeavePacks()
    {
        _data.Roll();
        _meta.Roll();
    }

    public bool Contains(Digest id) => _objects.TryFind(id, out _);

    public void Contains(ReadOnlySpan<Digest> ids, Span<bool> present)
    {
        Invariant.That(present.Length >= ids.Length);
        var refreshed = false;
        for (var i = 0; i < ids.Length; i++)
        {
            present[i] = _parts.Index.TryFind(ids[i], out _);
            if (present[i] || refreshed) continue;
            // Once for the whole question, however much of it is missing.
            refreshed = true;
            if (_refresh.Run()) present[i] = _parts.Index.TryFind(ids[i], out _);
        }
    }

    public ObjectInfo? Describe(Digest id) => _objects.TryFind(id, out var place) ? place.Info : null;

    public Result<ReadOnlyMemory<byte>> Read(ObjectKind kind, Digest id)
    {
        if (!_objects.TryFind(id, out var place) || place.Info.Kind != kind)
            return Error.NotFound($"The store has no {kind} {id}.");
        return _objects.Read(id).Map(bytes => (ReadOnlyMemory<byte>)bytes);
    }

    public Result<Done> Read(ObjectKind kind, Digest id, Span<byte> target)
    {
        if (!_objects.TryFind(id, out var place) || place.Info.Kind != kind) return Error.NotFound($"The store has no {kind} {id}.");
        if (place.Info.RawBytes != target.Length) return _objects.Damaged(id, place);
        return _objects.Read(id, place, target) is { } error ? error : Done.Ok;
    }

    public Result<StoredObject> ReadRaw(Digest id)
    {
        for (var attempt = 0; attempt < 2 && _objects.TryFind(id, out var place); attempt++)
        {
            if (place.Info.Codec > ObjectCodec.Brotli) return _objects.Read(id).Map(raw => Repacked(place.Info.Kind, raw));
            var stored = GC.AllocateUninitializedArray<byte>(place.Info.StoredBytes);
            if (!_parts.Packs.TryRead(place.Pack, stored, place.OffsetBytes, out var count)) continue;
            return count == stored.Length ? new StoredObject(place.Info, stored) : _objects.Damaged(id, place);
        }

        return ObjectReader.Missing(id);
    }

    public Result<FileRecipe> Recipe(Digest file) => _objects.Recipe(file);

    public async ValueTask<Result<Done>> CopyToAsync(
        Digest file, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation)
    {
        if (!_objects.Recipe(file).TryGet(out var recipe, out var missing)) return missing;
        if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > recipe.SizeBytes - offsetBytes)
        {
            return Error.Invalid(
                $"The range of {lengthBytes} bytes from {offsetBytes} is not within the {recipe.SizeBytes} bytes of {file}.");
        }

        var (error, hasSent) = await _files.ReadAsync(recipe, offsetBytes, lengthBytes, SendAsync, cancellation);
        if (error is null) return Done.Ok;
        return hasSent ? throw new CorruptBlobException(file, error.Message) : error;

        async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
        {
            var flushed = await target.WriteAsync(bytes, cancellation);
            if (flushed.IsCompleted || flushed.IsCanceled) throw new OperationCanceledException("The target has stopped reading.");
        }
    }

    public Result<Done> WriteTo(Digest file, SafeFileHandle target, CancellationToken cancellation)
    {
        if (!_objects.Recipe(file).TryGet(out var recipe, out var missing)) return missing;
        // Where the content has holes, what the target held must not show.
        if (RandomAccess.GetLength(target) > 0) RandomAccess.SetLength(target, 0);
        return recipe.SizeBytes <= PageBuffer.PartMaxBytes ? WriteSmall(recipe, target) : WriteLarge(recipe, target, cancellation);
    }

    public bool Matches(Digest file, SafeFileHandle content, CancellationToken cancellation) =>
        _objects.Recipe(file).TryGet(out var recipe, out _) && new FileComparison(_objects, recipe).Matches(content, cancellation);

    /// <summary>An object as other stores take it: what it is stored against here they need not have.</summary>
    private static StoredObject Repacked(ObjectKind kind, byte[] raw)
    {
        var codec = Packing.Pack(raw, out var rented, out var storedBytes);
        if (rented is null) return new StoredObject(new ObjectInfo(kind, codec, raw.Length, raw.Length), raw);
        var stored = rented.AsSpan(0, storedBytes).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return new StoredObject(new ObjectInfo(kind, codec, raw.Length, storedBytes), stored);
    }

    public void Dispose()
    {
        _data.Dispose();
        _meta.Dispose();
        _epochs.Dispose();
        _parts.Dispose();
    }

    private Result<Done> WriteSmall(FileRecipe recipe, SafeFileHandle target)
    {
        if (!_files.ReadWhole(recipe).TryGet(out var piece, out var error)) return error;
        try
        {
            RandomAccess.Write(target, piece.Memory.Span, 0);
            return Done.Ok;
        }
        finally
        {
            piece.Return();
        }
    }

    private Result<Done> WriteLarge(FileRecipe recipe, SafeFileHandle target, CancellationToken cancellation)
    {
        using var writing = new WriteBehind(target);
        var reading = _files.ReadOnceAsync(recipe, writing.AppendAsync, writing.SkipAsync, cancellation);
        var (error, _) = reading.IsCompleted ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
        if (error is not null) return error;
        writing.Finish();
        return Done.Ok;
    }
}
