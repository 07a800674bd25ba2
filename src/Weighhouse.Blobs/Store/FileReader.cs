using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>A piece of a file in memory, verified.</summary>
/// <param name="Bytes">Rented; whoever takes the piece returns it.</param>
internal readonly record struct ReadPiece(byte[] Bytes, int Start, int LengthBytes)
{
    public ReadOnlyMemory<byte> Memory => Bytes.AsMemory(Start, LengthBytes);

    public void Return()
    {
        if (Bytes is not null) ArrayPool<byte>.Shared.Return(Bytes);
    }
}

/// <summary>Reads files chunk by chunk, the next ones while the last is sent.</summary>
internal sealed class FileReader(ObjectReader objects)
{
    /// <summary>Pieces read ahead: one for each core, and what a disk needs to be kept busy.</summary>
    private static readonly int AheadMax = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>Chunks are gathered to about this size: a task and a flush for each of 16 KiB would cost more than reading it.</summary>
    private const int PieceBytes = 256 << 10;

    /// <summary>Hands the bytes to <paramref name="sink"/> in order. The error says whether anything was handed over before.</summary>
    public async ValueTask<(Error? Error, bool HasSent)> ReadAsync(
        FileRecipe recipe, long offset, long length, Func<ReadOnlyMemory<byte>, ValueTask> sink, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<Result<ReadPiece>>>();
        var hasSent = false;
        try
        {
            foreach (var (first, count, start, bytes) in Pieces(recipe, offset, length))
            {
                cancellation.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => ReadChunks(recipe, first, count, start, bytes), CancellationToken.None));
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
                if ((await unsent).TryGet(out var piece, out _)) piece.Return();
            }
        }
    }

    /// <summary>The chunks first to first + count, less what is before the range, in one rented array.</summary>
    private Result<ReadPiece> ReadChunks(FileRecipe recipe, int first, int count, int start, int lengthBytes)
    {
        var total = 0;
        for (var i = first; i < first + count; i++) total += recipe.Chunks[i].LengthBytes;
        var bytes = ArrayPool<byte>.Shared.Rent(total);
        var at = 0;
        for (var i = first; i < first + count; i++)
        {
            var chunk = recipe.Chunks[i];
            if (ReadChunk(chunk, bytes.AsSpan(at, chunk.LengthBytes)) is { } error)
            {
                ArrayPool<byte>.Shared.Return(bytes);
                return error;
            }

            at += chunk.LengthBytes;
        }

        return new ReadPiece(bytes, start, lengthBytes);
    }

    public Error? ReadChunk(FileChunk chunk, Span<byte> target)
    {
        if (!objects.TryFind(chunk.Id, out var place))
            return new Error(ErrorCode.Corrupted, $"The store lacks chunk {chunk.Id} of the file. Fetch it again, or restore a backup.");
        return place.Info.RawBytes == chunk.LengthBytes ? objects.Read(chunk.Id, place, target) : objects.Damaged(chunk.Id, place);
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
    private static IEnumerable<(int First, int Count, int Start, int LengthBytes)> Pieces(FileRecipe recipe, long offset, long length)
    {
        long position = 0;
        var (first, count, runBytes) = (0, 0, 0);
        long runStart = 0;
        for (var i = 0; i < recipe.Chunks.Count && position < offset + length; i++)
        {
            var chunk = recipe.Chunks[i];
            if (position + chunk.LengthBytes > offset)
            {
                if (count > 0 && runBytes + chunk.LengthBytes > PieceBytes)
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
