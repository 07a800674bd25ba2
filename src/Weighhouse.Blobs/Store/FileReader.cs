using System.Buffers;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>A piece of a file in memory, verified. Whoever takes it returns it.</summary>
/// <param name="zeroBytes">Of a piece that is nothing but zeros and has no memory: how many.</param>
internal readonly struct ReadPiece(byte[]? rented, PageBuffer? buffer, ReadOnlyMemory<byte> memory, long zeroBytes = 0)
{
    public ReadOnlyMemory<byte> Memory => memory;

    public long ZeroBytes => zeroBytes;

    public static ReadPiece Zeros(long count) => new(null, null, default, count);

    public ReadPiece Slice(int start, int lengthBytes) => new(rented, buffer, memory.Slice(start, lengthBytes));

    public void Return()
    {
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        buffer?.Dispose();
    }
}

/// <summary>Reads files run by run of chunks, the next ones while the last is sent.</summary>
internal sealed class FileReader(ObjectReader objects)
{
    /// <summary>Runs read ahead: one for each core, and what a disk needs to be kept busy.</summary>
    private static readonly int AheadMax = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>Chunks are gathered to about this size for a client: a task and a flush for each of 16 KiB would cost more than reading
    /// it, and more would make the first byte wait.</summary>
    private const int SentBytes = 256 << 10;

    /// <summary>A file that is written out is read in runs of this size, past the page cache: the disk is asked rarely.</summary>
    private const int WrittenBytes = PageBuffer.PartMaxBytes;

    private readonly ChunkRun _runs = new(objects);

    /// <summary>Hands the bytes to <paramref name="sink"/> in order. The error says whether anything was handed over before.</summary>
    public ValueTask<(Error? Error, bool HasSent)> ReadAsync(
        FileRecipe recipe, long offset, long length, Func<ReadOnlyMemory<byte>, ValueTask> sink, CancellationToken cancellation) =>
        ReadAsync(
            recipe, Runs(recipe, offset, length, SentBytes, skipsZeros: false), offset + length, once: false, piece => sink(piece.Memory),
            cancellation);

    /// <summary>
    /// The same of a whole file that is wanted once, to be written out: what is read does not stay in the page cache, and chunks of nothing
    /// but zeros are not even read, but told to <paramref name="zeros"/>.
    /// </summary>
    public ValueTask<(Error? Error, bool HasSent)> ReadOnceAsync(
        FileRecipe recipe, Func<ReadOnlyMemory<byte>, ValueTask> sink, Func<long, ValueTask> zeros, CancellationToken cancellation) =>
        ReadAsync(
            recipe, Runs(recipe, 0, recipe.SizeBytes, WrittenBytes, skipsZeros: true), recipe.SizeBytes, once: true,
            piece => piece.ZeroBytes > 0 ? zeros(piece.ZeroBytes) : sink(piece.Memory), cancellation);

    private async ValueTask<(Error? Error, bool HasSent)> ReadAsync(
        FileRecipe recipe, IEnumerable<FileRun> runs, long end, bool once, Func<ReadPiece, ValueTask> sink, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Result<ReadPiece>>>();
        var plan = objects.AheadBytes > 0 ? new ReadAhead(objects, recipe, end) : null;
        var hasSent = false;
        try
        {
            foreach (var run in runs)
            {
                cancellation.ThrowIfCancellationRequested();
                ahead.Enqueue(Begin(run));
                if (ahead.Count <= AheadMax) continue;
                if (await SendAsync(ahead, sink) is { } error) return (error, hasSent);
                hasSent = true;
            }

            while (ahead.Count > 0)
            {
                if (await SendAsync(ahead, sink) is { } error) return (error, hasSent);
                hasSent = true;
            }

            return (null, hasSent);
        }
        finally
        {
            while (ahead.TryDequeue(out var unsent))
            {
                // Whatever it failed of: what led here is told.
                await ((Task)unsent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (unsent.IsCompletedSuccessfully && (await unsent).TryGet(out var piece, out _)) piece.Return();
            }
        }

        Task<Result<ReadPiece>> Begin(FileRun run)
        {
            if (run.IsZeros) return Task.FromResult<Result<ReadPiece>>(ReadPiece.Zeros(run.LengthBytes));
            var near = plan?.Ask(run.First, run.Count) ?? Task.CompletedTask;
            return near.IsCompleted ? Task.Run(() => ReadRun(recipe, run, once), CancellationToken.None) : ReadLaterAsync(near, run);
        }

        async Task<Result<ReadPiece>> ReadLaterAsync(Task near, FileRun run)
        {
            await near.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return ReadRun(recipe, run, once);
        }
    }

    /// <summary>All of a small file by this thread.</summary>
    public Result<ReadPiece> ReadWhole(FileRecipe recipe)
    {
        Invariant.That(recipe.SizeBytes <= PageBuffer.PartMaxBytes);
        return ReadRun(recipe, new FileRun(0, recipe.Chunks.Count, 0, recipe.SizeBytes, IsZeros: false), once: false);
    }

    public Error? ReadChunk(FileChunk chunk, Span<byte> target) => _runs.Read(chunk, target);

    /// <summary>The chunks first to first + count, less what is before the range.</summary>
    private Result<ReadPiece> ReadRun(FileRecipe recipe, FileRun run, bool once)
    {
        var chunks = recipe.Chunks as FileChunk[] ?? [.. recipe.Chunks];
        if (!_runs.Read(chunks.AsSpan(run.First, run.Count), once).TryGet(out var piece, out var error)) return error;
        return piece.Slice(run.Start, (int)run.LengthBytes);
    }

    private static async ValueTask<Error?> SendAsync(Queue<Task<Result<ReadPiece>>> ahead, Func<ReadPiece, ValueTask> sink)
    {
        var read = await ahead.Dequeue();
        if (!read.TryGet(out var piece, out var error)) return error;
        try
        {
            await sink(piece);
            return null;
        }
        finally
        {
            piece.Return();
        }
    }

    /// <summary>Runs of neighbouring chunks that cover the range, with the part of the run that is inside it.</summary>
    private static IEnumerable<FileRun> Runs(FileRecipe recipe, long offset, long length, int runMaxBytes, bool skipsZeros)
    {
        long position = 0;
        var (first, count) = (0, 0);
        long runStart = 0, runBytes = 0;
        var isZeros = false;
        for (var i = 0; i < recipe.Chunks.Count && position < offset + length; i++)
        {
            var chunk = recipe.Chunks[i];
            if (position + chunk.LengthBytes > offset)
            {
                var hasZeros = skipsZeros && ZeroChunks.Has(chunk);
                if (count > 0 && (hasZeros != isZeros || (!isZeros && runBytes + chunk.LengthBytes > runMaxBytes)))
                {
                    yield return Run();
                    count = 0;
                }

                if (count == 0) (first, runStart, runBytes, isZeros) = (i, position, 0, hasZeros);
                count++;
                runBytes += chunk.LengthBytes;
            }

            position += chunk.LengthBytes;
        }

        if (count > 0) yield return Run();

        FileRun Run()
        {
            var from = Math.Max(offset, runStart);
            var to = Math.Min(offset + length, runStart + runBytes);
            return new FileRun(first, count, (int)(from - runStart), to - from, isZeros);
        }
    }

    /// <summary>Neighbouring chunks of a file, and the part of them that is wanted.</summary>
    private readonly record struct FileRun(int First, int Count, int Start, long LengthBytes, bool IsZeros);
}
