using Weighhouse.Blobs.Chunking;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// One file on its way in. This thread reads, cuts and appends in order; the pool hashes and packs a few batches at a time, so that a
/// second core is used and what one file takes of memory stays flat.
/// </summary>
/// <param name="mayWait">Whether a small file may wait for the disk. A thread of the pool that blocks must not: to write to the disk takes
/// one too, and a pool without idle threads makes new ones slowly.</param>
internal sealed class FileIngest(
    ContentSource source, PackAppender data, Func<Digest, bool> isKnown, int epoch, int failures, bool mayWait,
    SemaphoreSlim? large = null)
{
    /// <summary>Two of the longest chunks: at least one whole chunk is in every buffer.</summary>
    private const int BatchBytes = 2 * Chunker.ChunkMaxBytes;

    /// <summary>Files up to here are taken whole by the calling thread: handing over would cost more than it saves.</summary>
    private const int InlineBytes = 256 << 10;

    /// <summary>Most files of a run (parameters, images, logs) fit, so that hundreds of uploads at once cost little memory.</summary>
    private const int FirstBytes = 64 << 10;

    /// <summary>Batches that are hashed while the next one is read: one for each other core, and few enough to stay in the cache.</summary>
    private static readonly int BatchesMax = Math.Clamp(Environment.ProcessorCount - 1, 1, 4);

    private readonly Chunker _chunker = new();
    private readonly Queue<(ChunkBatch Batch, Task Prepared)> _running = new();
    private readonly List<FileChunk> _chunks = [];

    /// <summary>The chunks in order; an empty file is one empty chunk.</summary>
    public IReadOnlyList<FileChunk> Chunks => _chunks;

    /// <summary>Bytes the store did not have.</summary>
    public long NewBytes { get; private set; }

    public async ValueTask<Error?> RunAsync(CancellationToken cancellation)
    {
        var batch = new ChunkBatch(FirstBytes);
        var isLarge = false;
        try
        {
            while (true)
            {
                var read = await source.ReadAsync(batch.Free, cancellation);
                if (!read.TryGet(out var count, out var error)) return error;
                batch.FilledBytes += count;
                CutAll(batch);
                if (!source.HasEnded) SkipHole(batch);
                if (source.HasEnded)
                {
                    // Thousands of small files fill the memory as one large one does.
                    if (mayWait) await data.RoomAsync(cancellation);
                    await FinishAsync(batch);
                    return null;
                }

                if (!isLarge && large is not null && batch.FilledBytes >= InlineBytes)
                {
                    await large.WaitAsync(cancellation);
                    isLarge = true;
                }

                await data.RoomAsync(cancellation);
                // What this file has added is lost: the rest would only fill what is left of the disk.
                if (data.Failures != failures) return data.LastFailure;
                batch = await HandOverAsync(batch);
            }
        }
        finally
        {
            await AbandonAsync();
            batch.Dispose();
            if (isLarge) large!.Release();
        }
    }

    private void CutAll(ChunkBatch batch)
    {
        if (source.ReadBytes == 0) batch.Cut(0);
        while (!batch.Uncut.IsEmpty)
        {
            var length = _chunker.Next(batch.Uncut, source.HasEnded);
            if (length == 0) return;
            batch.Cut(length);
        }
    }

    /// <summary>
    /// A hole is cut as its zeros would be, and neither read nor hashed. What was read before and could not be cut must be zeros too.
    /// </summary>
    private void SkipHole(ChunkBatch batch)
    {
        var end = source.HoleEnd();
        if (end == source.ReadBytes || batch.Uncut.ContainsAnyExcept((byte)0)) return;
        var start = source.ReadBytes - batch.Uncut.Length;
        var (length, count) = _chunker.SkipZeros(end - start);
        if (count == 0) return;
        batch.Skip(ZeroChunks.Of(length), count);
        source.MoveTo(start + (length * count));
    }

    /// <summary>Gives the chunks away and returns the buffer to go on with, which begins with what could not be cut yet.</summary>
    private async ValueTask<ChunkBatch> HandOverAsync(ChunkBatch batch)
    {
        var wanted = batch.CapacityBytes < InlineBytes ? InlineBytes : Math.Max(BatchBytes, _chunker.NeededBytes);
        if (batch.IsEmpty)
        {
            if (batch.CapacityBytes < wanted) batch.Grow(wanted);
            return batch;
        }

        var next = new ChunkBatch(wanted);
        batch.Uncut.CopyTo(next.Free.Span);
        next.FilledBytes = batch.Uncut.Length;
        _running.Enqueue((batch, Task.Run(() => batch.Prepare(isKnown))));
        if (_running.Count > BatchesMax) await AppendOldestAsync();
        return next;
    }

    private async ValueTask FinishAsync(ChunkBatch last)
    {
        last.Prepare(isKnown);
        while (_running.Count > 0) await AppendOldestAsync();
        Append(last);
    }

    private async ValueTask AppendOldestAsync()
    {
        var (batch, prepared) = _running.Peek();
        await prepared;
        Append(batch);
        _running.Dequeue();
        batch.Dispose();
    }

    private void Append(ChunkBatch batch)
    {
        foreach (var chunk in batch.Chunks)
        {
            _chunks.Add(new FileChunk(chunk.Id, chunk.LengthBytes));
            AppendNew(batch, chunk);
        }

        if (batch.Hole.Count > 0) AppendHole(batch.Hole.Chunk, batch.Hole.Count);
    }

    private void AppendNew(ChunkBatch batch, PreparedChunk chunk)
    {
        // Asked again: while it was hashed, somebody else may have added the same and made it durable.
        if (chunk.IsKnown || isKnown(chunk.Id)) return;
        if (data.Append(chunk.Id, chunk.Info, batch.StoredOf(chunk), epoch, failures)) NewBytes += chunk.LengthBytes;
    }

    private void AppendHole(FileChunk zeros, long count)
    {
        for (long i = 0; i < count; i++) _chunks.Add(zeros);
        if (isKnown(zeros.Id)) return;
        using var batch = new ChunkBatch(zeros.LengthBytes);
        batch.Free.Span[..zeros.LengthBytes].Clear();
        batch.FilledBytes = zeros.LengthBytes;
        batch.Cut(zeros.LengthBytes);
        batch.Prepare(isKnown);
        AppendNew(batch, batch.Chunks[0]);
    }

    private async ValueTask AbandonAsync()
    {
        while (_running.TryDequeue(out var running))
        {
            await running.Prepared.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            running.Batch.Dispose();
        }
    }
}
