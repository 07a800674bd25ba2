using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Repack;

/// <summary>
/// Goes through hints and writes chunks once more where a smaller form is found. Whoever runs it holds the lock of the collection: no
/// one else adds to what is stored against what, or takes a base away. docs/formats/repacking.md says why nothing is lost.
/// </summary>
internal sealed class RepackRun(
    StoreParts parts, ObjectReader objects, FileReader files, ObjectWriter session, RepackRequest request, Action<RepackReport>? progress)
{
    /// <summary>Chunks between two looks at the clock and at what is not durable yet: up to 128 MiB of content.</summary>
    private const int ChunksAtOnce = 128;

    /// <summary>What a crash may cost of the work.</summary>
    private const long UnsavedBytesMax = 64 << 20;

    /// <summary>A chunk smaller than this saves less than the lines of its table and another read are worth.</summary>
    private const int ChunkMinBytes = 4 << 10;

    private readonly Lock _lock = new();
    private readonly ChunkRepacker _chunks = new(objects);
    private readonly Throttle _throttle = new(request.BytesPerSecondMax, parts.Clock);
    private readonly LeanGraph _graph = LeanGraph.Read(parts.Packs);
    private readonly RepackMemory _memory = RepackMemory.Open(parts.Folder);
    private readonly DateTimeOffset? _until = parts.Clock.GetUtcNow() + request.TimeMax;
    private readonly HashSet<Digest> _finished = [];
    private RepackReport _report = new(0, 0, 0, 0, 0, 0, false);
    private long _unsavedBytes;
    private Error? _failure;

    public async ValueTask<Result<RepackReport>> RunAsync(IReadOnlyList<IRepackHints> sources, CancellationToken cancellation)
    {
        try
        {
            foreach (var source in sources)
            {
                if (!(await RunAsync(source, cancellation)).TryGet(out var isDone, out var error)) return error;
                if (isDone) continue;
                return await SaveAsync(cancellation) is { } unsaved ? unsaved : _report;
            }

            if (await SaveAsync(cancellation) is { } failed) return failed;
            return _report with { IsComplete = true };
        }
        finally
        {
            if (!request.Preview) _memory.Save();
        }
    }

    /// <summary>False when the time was over before all its hints were dealt with.</summary>
    private async ValueTask<Result<bool>> RunAsync(IRepackHints source, CancellationToken cancellation)
    {
        Digest? step = null;
        await foreach (var hint in source.HintsAsync(_memory, cancellation))
        {
            if (step is { } before && before != hint.Step) _finished.Add(before);
            step = hint.Step;
            var isDone = await RepackAsync(hint, cancellation);
            if (isDone.IsFailure || !isDone.Value) return isDone;
        }

        if (step is { } last) _finished.Add(last);
        return true;
    }

    /// <summary>False when the time is over before the file is.</summary>
    private async ValueTask<Result<bool>> RepackAsync(RepackHint hint, CancellationToken cancellation)
    {
        var chunks = Find(hint);
        for (var first = 0; first < chunks.Count; first += ChunksAtOnce)
        {
            if (parts.Clock.GetUtcNow() > _until) return false;
            var some = chunks.Skip(first).Take(ChunksAtOnce);
            var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = request.Threads };
            await Parallel.ForEachAsync(some, options, async (chunk, token) => await RepackAsync(chunk, token));
            if (_failure is not null) return _failure;
            if (_unsavedBytes > UnsavedBytesMax && await SaveAsync(cancellation) is { } failed) return failed;
            progress?.Invoke(_report);
        }

        _report = _report with { Files = _report.Files + 1 };
        progress?.Invoke(_report);
        return true;
    }

    /// <summary>The chunks of the file's tensors; none when it is no container of tensors, or is not there.</summary>
    private List<TensorChunk> Find(RepackHint hint)
    {
        if (Tensors(hint.File) is not var (recipe, tensors)) return [];
        return hint.Base is { } before && Tensors(before) is var (recipeBefore, tensorsBefore)
            ? TensorPairs.Of(recipe, tensors, recipeBefore, tensorsBefore)
            : TensorPairs.Of(recipe, tensors, null, null);
    }

    private (FileRecipe Recipe, TensorTable Tensors)? Tensors(Digest file)
    {
        if (!objects.Recipe(file).TryGet(out var recipe, out _) || recipe.SizeBytes < ChunkMinBytes) return null;
        try
        {
            using var content = new ObjectStream(files, file, recipe);
            return TensorTables.Read(content) is { } tensors ? (recipe, tensors) : null;
        }
        catch (CorruptBlobException)
        {
            // Its header is damaged, which the check tells; its chunks stay as they are.
            return null;
        }
    }

    private async ValueTask RepackAsync(TensorChunk chunk, CancellationToken cancellation)
    {
        if (_failure is not null || !IsCandidate(chunk, out var place, out var leansOn)) return;
        await _throttle.PassAsync(chunk.Chunk.LengthBytes, cancellation);
        await session.RoomAsync(cancellation);
        var packed = _chunks.TryPack(chunk, place, leansOn);
        lock (_lock)
        {
            _report = _report with { ExaminedBytes = _report.ExaminedBytes + chunk.Chunk.LengthBytes };
            if (packed is not { } found) return;
            Take(chunk.Chunk.Id, place.Info, found);
            found.Return();
        }
    }

    private bool IsCandidate(TensorChunk chunk, out ObjectPlace place, out Digest? leansOn)
    {
        leansOn = null;
        if (chunk.Chunk.LengthBytes < ChunkMinBytes || !objects.TryFind(chunk.Chunk.Id, out place))
        {
            place = default;
            return false;
        }

        if (place.Info.Kind != ObjectKind.Chunk || place.Info.Codec == ObjectCodec.XorPlanes) return false;
        lock (_lock)
            if (chunk.Base is { } wanted) leansOn = _graph.BaseFor(chunk.Chunk.Id, wanted);
        return leansOn is not null || ChunkRepacker.CanStandAlone(chunk, place);
    }

    private void Take(Digest id, ObjectInfo before, RepackedChunk packed)
    {
        // Another thread may have stored the base against something meanwhile; the next run finds a nearer one.
        if (packed.Base is { } leansOn && !_graph.TryAdd(id, leansOn)) return;
        if (!request.Preview) _failure ??= session.Replace(id, packed.Info, packed.Stored).Error;
        _unsavedBytes += packed.Info.StoredBytes;
        _report = _report with
        {
            Chunks = _report.Chunks + 1,
            ChunksWithBase = _report.ChunksWithBase + (packed.Base is null ? 0 : 1),
            BytesBefore = _report.BytesBefore + before.StoredBytes,
            BytesAfter = _report.BytesAfter + packed.Info.StoredBytes,
        };
    }

    /// <summary>Makes durable what was packed; only then are its steps remembered.</summary>
    private async ValueTask<Error?> SaveAsync(CancellationToken cancellation)
    {
        if (request.Preview) return null;
        if ((await session.CommitAsync(cancellation)).Error is { } failed) return failed;
        _unsavedBytes = 0;
        foreach (var step in _finished) _memory.Add(step);
        _finished.Clear();
        return null;
    }
}
