using System.Buffers;
using Weighhouse.Blobs.Disk;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>A piece of a file in memory, verified. Whoever takes it returns it.</summary>
internal readonly struct ReadPiece(byte[]? rented, PageBuffer? buffer, ReadOnlyMemory<byte> memory)
{
    public ReadOnlyMemory<byte> Memory => memory;

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
    /// <param name="once">Whether they are wanted once, to be written out: else they stay in the page cache for the next reader.</param>
    public async ValueTask<(Error? Error, bool HasSent)> ReadAsync(
        FileRecipe recipe, long offset, long length, bool once, Func<ReadOnlyMemory<byte>, ValueTask> sink, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Result<ReadPiece>>>();
        var plan = objects.AheadBytes > 0 ? new ReadAhead(objects, recipe, offset + length) : null;
        var hasSent = false;
        try
        {
            foreach (var (first, count, start, bytes) in Runs(recipe, offset, length, once ? WrittenBytes : SentBytes))
            {
                cancellation.ThrowIfCancellationRequested();
                var near = plan?.Ask(first, count) ?? Task.CompletedTask;
                ahead.Enqueue(near.IsCompleted ? Task.Run(Read, CancellationToken.None) : ReadLaterAsync());
                if (ahead.Count <= AheadMax) continue;
                if (await SendAsync(ahead, sink) is { } error) return (error, hasSent);
                hasSent = true;
                continue;

                Result<ReadPiece> Read() => ReadRun(recipe, first, count, start, bytes, once);

                async Task<Result<ReadPiece>> ReadLaterAsync()
                {
                    await near.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    return Read();
                }
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
    }

    /// <summary>All of a small file by this thread.</summary>
    public Result<ReadPiece> ReadWhole(FileRecipe recipe)
    {
        Invariant.That(recipe.SizeBytes <= PageBuffer.PartMaxBytes);
        return ReadRun(recipe, 0, recipe.Chunks.Count, 0, (int)recipe.SizeBytes, once: false);
    }

    public Error? ReadChunk(FileChunk chunk, Span<byte> target) => _runs.Read(chunk, target);

    /// <summary>The chunks first to first + count, less what is before the range.</summary>
    private Result<ReadPiece> ReadRun(FileRecipe recipe, int first, int count, int start, int lengthBytes, bool once)
    {
        var chunks = recipe.Chunks as FileChunk[] ?? [.. recipe.Chunks];
        if (!_runs.Read(chunks.AsSpan(first, count), once).TryGet(out var piece, out var error)) return error;
        return piece.Slice(start, lengthBytes);
    }

    private static async ValueTask<Error?> SendAsync(Queue<Task<Result<ReadPiece>>> ahead, Func<ReadOnlyMemory<byte>, ValueTask> sink)
    {
        var read = await ahead.Dequeue();
        if (!read.TryGet(out var piece, out var error)) return error;
        try
        {
            await sink(piece.Memory);
            return null;
        }
        finally
        {
            piece.Return();
        }
    }

    /// <summary>Runs of neighbouring chunks that cover the range, with the part of the run that is inside it.</summary>
    private static IEnumerable<(int First, int Count, int Start, int LengthBytes)> Runs(
        FileRecipe recipe, long offset, long length, int runMaxBytes)
    {
        long position = 0;
        var (first, count, runBytes) = (0, 0, 0);
        long runStart = 0;
        for (var i = 0; i < recipe.Chunks.Count && position < offset + length; i++)
        {
            var chunk = recipe.Chunks[i];
            if (position + chunk.LengthBytes > offset)
            {
                if (count > 0 && runBytes + chunk.LengthBytes > runMaxBytes)
                {
                    yield return Run();
                    count = 0;
                }

                if (count == 0) (first, runStart, runBytes) = (i, position, 0);
                count++;
                runBytes += chunk.LengthBytes;
            }

            position += chunk.LengthBytes;
        }

        if (count > 0) yield return Run();

        (int First, int Count, int Start, int LengthBytes) Run()
        {
            var from = Math.Max(offset, runStart);
            var to = Math.Min(offset + length, runStart + runBytes);
            return (first, count, (int)(from - runStart), (int)(to - from));
        }
    }
}
