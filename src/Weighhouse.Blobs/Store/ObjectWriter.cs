using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Care;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// One session of writing. Chunks go to the shared data pack as they come; what refers to them waits in memory until they are
/// durable, so that no object on disk names one that is not.
/// </summary>
internal sealed class ObjectWriter : IObjectWriter
{
    /// <summary>
    /// What objects that wait may take of memory before they are written in between: the recipes of a terabyte are 40 MB, and a
    /// million small trees 200.
    /// </summary>
    private const int WaitingBytesMax = 16 << 20;

    /// <summary>What an object that waits takes of memory besides its bytes: two headers, and its line in a table that doubles.</summary>
    private const int WaitingOverheadBytes = 192;

    private readonly StoreParts _parts;
    private readonly ObjectReader _objects;
    private readonly PackAppender _data, _meta;
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, WaitingObject> _waiting = [];
    private readonly IEpochs _epochs;
    private readonly int _epoch;
    private readonly Error? _refusal;
    private int _isDisposed;
    private readonly int _dataFailures, _metaFailures, _losses;
    private long _waitingBytes;
    private long _newBytes;

    public ObjectWriter(StoreParts parts, ObjectReader objects, PackAppender data, PackAppender meta, IEpochs epochs)
    {
        (_epochs, _losses) = (epochs, epochs.Losses);
        try
        {
            _epoch = epochs.Enter();
        }
        // The boundary to the disk: a folder that cannot be locked is told by everything the session is then asked to do.
        catch (Exception failure) when (parts.Explain(failure) is { } refusal)
        {
            (_refusal, _isDisposed) = (refusal, 1);
        }

        _parts = parts;
        _objects = objects;
        (_data, _meta) = (data, meta);
        (_dataFailures, _metaFailures) = (data.Failures, meta.Failures);
    }

    public long NewBytes => Interlocked.Read(ref _newBytes);

    /// <summary>Objects in memory that no pack has been given yet.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    public bool Has(Digest id)
    {
        lock (_lock)
        {
            if (_waiting.ContainsKey(id)) return true;
        }

        if (_data.IsPending(id, _epoch)) return true;
        if (!_objects.TryFind(id, out var place) || place.Pack.IsCondemned) return false;
        return place.Info.Kind != ObjectKind.Recipe
            || (_objects.Recipe(id).TryGet(out var recipe, out _) && recipe.Chunks.All(chunk => IsKnown(chunk.Id))
                && Array.TrueForAll(_objects.PartsAt(place.Pack, place.Info, place.OffsetBytes), IsKnownObject));
    }

    public Result<BlobInfo> AddFile(string path, CancellationToken cancellation)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return AddFile(file, cancellation);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return Error.NotFound($"There is no file '{path}'.");
        }
        catch (UnauthorizedAccessException)
        {
            return Error.Denied($"'{path}' may not be read by this user, or is no file.");
        }
    }

    public Result<BlobInfo> AddFile(SafeFileHandle file, CancellationToken cancellation)
    {
        var adding = AddAsync(new FileSource(file), MayBlock(), large: null, cancellation);
        return adding.IsCompleted ? adding.Result : adding.AsTask().GetAwaiter().GetResult();
    }

    public ValueTask<Result<BlobInfo>> AddFileAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation) =>
        AddAsync(
            new PipeSource(content, Math.Min(sizeMaxBytes, _parts.Options.FileSizeMaxBytes)), mayWait: true, _parts.LargeUploads,
            cancellation);

    public Digest AddObject(ObjectKind kind, ReadOnlySpan<byte> bytes)
    {
        Invariant.That(kind is ObjectKind.Recipe or ObjectKind.Tree or ObjectKind.Commit);
        var id = ObjectIds.Of(kind, bytes);
        if (_refusal is not null) return id;
        if (kind == ObjectKind.Recipe) AddRecipe(id, bytes);
        else AddWhole(kind, id, bytes);
        return id;
    }

    /// <summary>
    /// A long recipe in parts, of which those are stored that the store lacks; also where it has the recipe, for a collection may be about
    /// to take some of them.
    /// </summary>
    private void AddRecipe(Digest id, ReadOnlySpan<byte> bytes)
    {
        var sizes = _parts.Options.RecipeParts;
        var isThereWhole = _parts.Index.TryFind(id, out var place) && !place.Pack.IsCondemned && place.Info.Codec != ObjectCodec.Parts;
        if (bytes.Length < sizes.RecipeBytesMin || isThereWhole)
        {
            AddWhole(ObjectKind.Recipe, id, bytes);
            return;
        }

        ReadOnlyMemory<byte> recipe = bytes.ToArray();
        var (ids, at) = (new List<Digest>(), Recipes.HeaderBytes);
        foreach (var length in RecipeParts.Cut(recipe, sizes))
        {
            var part = recipe.Span.Slice(at, length);
            ids.Add(ObjectIds.Of(ObjectKind.RecipePart, part));
            AddWhole(ObjectKind.RecipePart, ids[^1], part);
            at += length;
        }

        if (IsKnownObject(id)) return;
        var stored = RecipeParts.Write(bytes, ids);
        Wait(id, new WaitingObject(new ObjectInfo(ObjectKind.Recipe, ObjectCodec.Parts, bytes.Length, stored.Length), stored));
    }

    private void AddWhole(ObjectKind kind, Digest id, ReadOnlySpan<byte> bytes)
    {
        if (IsKnownObject(id)) return;
        var codec = Packing.Pack(bytes, out var rented, out var storedBytes);
        var stored = rented is null ? bytes.ToArray() : rented.AsSpan(0, storedBytes).ToArray();
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        Wait(id, new WaitingObject(new ObjectInfo(kind, codec, bytes.Length, storedBytes), stored));
    }

    public Result<Done> AddRaw(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        if (info.Codec > ObjectCodec.Brotli)
        {
            return Error.Invalid(
                $"{id} is announced with codec {(int)info.Codec}; between stores objects travel raw (0) or as Brotli (1). "
                + "Send what the other store's ReadRaw gives.");
        }

        return AddCopy(id, info, stored);
    }

    /// <summary>An object as another pack of this store has it; its base, if it has one, is in this store.</summary>
    public Result<Done> AddCopy(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        if (_refusal is not null) return _refusal;
        if (!ObjectIds.IsKnown(info.Kind) || info.Codec > ObjectCodec.Parts || info.StoredBytes != stored.Length || info.RawBytes < 0)
            return Error.Invalid($"{id} is announced as an object that this version does not know. Use the same weigh on both sides.");
        if (info.RawBytes > ObjectLimits.RawMaxBytes(info.Kind))
        {
            return Error.Invalid(
                $"{id} is announced with {info.RawBytes} bytes; a {info.Kind} has at most {ObjectLimits.RawMaxBytes(info.Kind)}.");
        }

        var raw = ArrayPool<byte>.Shared.Rent(info.RawBytes);
        try
        {
            var content = raw.AsSpan(0, info.RawBytes);
            if (!_objects.TryUnpack(info, stored, content) || ObjectIds.Of(info.Kind, content) != id)
                return Error.Invalid($"The bytes sent for {id} are not those it names. Send it again; check the sender if that repeats.");
            if (info.Kind == ObjectKind.Recipe)
                return Recipes.Read(content) is null ? Error.Invalid($"{id} is no recipe: its lengths do not add up.") : Admit(id, content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }

        return Admit(id, info, stored);
    }

    public async ValueTask<Result<Done>> CommitAsync(CancellationToken cancellation)
    {
        try
        {
            if ((_refusal ?? FailureSince()) is { } before) return before;
            var data = await _data.FlushAsync(_epoch).WaitAsync(cancellation);
            if (data.IsFailure) return data;
            // A failure between the last chunk and the flush took our chunks with it and left the flush nothing to do.
            if (FailureSince() is { } meanwhile) return meanwhile;
            Move();
            var meta = await _meta.FlushAsync(_epoch).WaitAsync(cancellation);
            return FailureSince() is { } late ? late : meta;
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (Explain(failure) is not null)
        {
            return Explain(failure)!;
        }
    }

    /// <summary>Writes a chunk once more, in another form that was tried: readers take the shorter one.</summary>
    public Result<Done> Replace(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        if (_refusal is not null) return _refusal;
        try
        {
            _data.Append(id, info, stored, _epoch, _dataFailures);
            return Done.Ok;
        }
        // The boundary to the disk: what it is known to refuse becomes an error.
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            return explained;
        }
    }

    /// <summary>Whether a pack that stays has the object, or this session brings it to one.</summary>
    public bool Keeps(Digest id) => IsKnown(id) || IsKnownObject(id);

    public ValueTask RoomAsync(CancellationToken cancellation) => _data.RoomAsync(cancellation);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) _epochs.Leave(_epoch);
    }

    /// <summary>Whether this thread may block until the disk has caught up: the pool then has others for the writing at once.</summary>
    private static bool MayBlock()
    {
        if (!Thread.CurrentThread.IsThreadPoolThread) return true;
        ThreadPool.GetMinThreads(out var threads, out _);
        return threads > 2 * Environment.ProcessorCount;
    }

    private async ValueTask<Result<BlobInfo>> AddAsync(
        ContentSource source, bool mayWait, SemaphoreSlim? large, CancellationToken cancellation)
    {
        if (_refusal is not null) return _refusal;
        try
        {
            var ingest = new FileIngest(source, _data, IsKnown, _epoch, _dataFailures, mayWait, large);
            if (await ingest.RunAsync(cancellation) is { } refusal) return refusal;
            Interlocked.Add(ref _newBytes, ingest.NewBytes);
            var chunks = ingest.Chunks;
            var id = chunks.Count == 1 ? chunks[0].Id : AddObject(ObjectKind.Recipe, Recipes.Write(source.ReadBytes, chunks));
            return new BlobInfo(id, source.ReadBytes);
        }
        // The boundary to the disk: what it is known to refuse becomes an error; the client's own exceptions pass.
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            return explained;
        }
    }

    /// <summary>A recipe as this store keeps them, however it came.</summary>
    private Result<Done> Admit(Digest id, ReadOnlySpan<byte> recipe)
    {
        try
        {
            AddRecipe(id, recipe);
            return Done.Ok;
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            return explained;
        }
    }

    private Result<Done> Admit(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        try
        {
            if (info.Kind != ObjectKind.Chunk)
            {
                if (!IsKnownObject(id)) Wait(id, new WaitingObject(info, stored.ToArray()));
            }
            else if (!IsKnown(id) && _data.Append(id, info, stored, _epoch, _dataFailures))
            {
                Interlocked.Add(ref _newBytes, info.RawBytes);
            }

            return Done.Ok;
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            return explained;
        }
    }

    /// <summary>
    /// Whether this session may rely on a chunk without adding it. What is on its way is asked first: it enters the index before it leaves
    /// there, and so is seen in one of the two.
    /// </summary>
    private bool IsKnown(Digest id) => _data.IsPending(id, _epoch) || (_parts.Index.TryFind(id, out var place) && !place.Pack.IsCondemned);

    private bool IsKnownObject(Digest id)
    {
        lock (_lock)
        {
            if (_waiting.ContainsKey(id)) return true;
        }

        return _parts.Index.TryFind(id, out var place) && !place.Pack.IsCondemned;
    }

    private void Wait(Digest id, WaitingObject waiting)
    {
        lock (_lock)
        {
            if (_waiting.TryAdd(id, waiting)) _waitingBytes += waiting.Stored.Length + WaitingOverheadBytes;
            if (_waitingBytes < WaitingBytesMax) return;
        }

        // In between, and under the same order: what refers after what is referred to.
        if (_data.FlushAsync(_epoch).GetAwaiter().GetResult().IsFailure) return;
        Move();
    }

    /// <summary>Hands what waits to the meta pack. All it refers to is durable.</summary>
    private void Move()
    {
        lock (_lock)
        {
            foreach (var (id, waiting) in _waiting) _meta.Append(id, waiting.Info, waiting.Stored, _epoch, _metaFailures);
            _waiting.Clear();
            _waitingBytes = 0;
        }
    }

    /// <summary>Why a pack failed since this session began: what it added may be lost, and it must be begun again.</summary>
    private Error? FailureSince()
    {
        if (_epochs.Losses != _losses) return Lost();
        var (data, meta) = (_data.Failures, _meta.Failures);
        if (data == _dataFailures && meta == _metaFailures) return null;
        return data != _dataFailures ? _data.LastFailure : _meta.LastFailure;
    }

    private Error Lost() => new(
        ErrorCode.Unavailable,
        $"This server was cut off from the store {_parts.Home.Name} for so long that the collection may have taken what it relied on. "
        + "Try again.");

    private Error? Explain(Exception failure) => _parts.Explain(failure);

    private sealed record WaitingObject(ObjectInfo Info, byte[] Stored);
}
