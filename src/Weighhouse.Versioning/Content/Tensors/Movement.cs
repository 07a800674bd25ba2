using System.Buffers;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>How far tensors moved, read block by block on every core, with memory for a few blocks.</summary>
internal static class Movement
{
    /// <summary>The length of the store's pieces of a tensor, so that a block is one piece and is not copied.</summary>
    private const int BlockBytes = 1 << 20;

    private static readonly int ReadersMax = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Of each pair, whose sides are of one type and length.</summary>
    public static TensorMovement[] Measure(
        IReadOnlyList<(FileRange Old, FileRange New, NumberType Type)> pairs, CancellationToken cancellation)
    {
        var first = new int[pairs.Count + 1];
        for (var i = 0; i < pairs.Count; i++)
            first[i + 1] = checked(first[i] + (int)((pairs[i].Old.LengthBytes + BlockBytes - 1) / BlockBytes));
        var blocks = new MovementSums[first[^1]];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = ReadersMax };
        try
        {
            Parallel.For(0, blocks.Length, options, block =>
            {
                var pair = Array.BinarySearch(first, block);
                if (pair < 0) pair = ~pair - 1;
                // Empty tensors begin where the next one does.
                while (first[pair + 1] == block) pair++;
                var (old, current, type) = pairs[pair];
                var at = (long)(block - first[pair]) * BlockBytes;
                var length = (int)Math.Min(BlockBytes, old.LengthBytes - at);
                blocks[block] = Measure(type, old, current, at, length);
            });
        }
        catch (AggregateException failures)
        {
            // One is enough to say what is wrong: a damaged piece, as a rule.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return Sum(blocks, first);
    }

    /// <summary>In memory that the next block takes over: new arrays of a mebibyte cost as much as the sums.</summary>
    private static MovementSums Measure(NumberType type, FileRange old, FileRange current, long at, int length)
    {
        var rented = ArrayPool<byte>.Shared.Rent(2 * BlockBytes);
        try
        {
            var before = rented.AsSpan(0, length);
            var after = rented.AsSpan(BlockBytes, length);
            old.Read(at, before);
            current.Read(at, after);
            return MovementSums.Of(type, before, after);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static TensorMovement[] Sum(MovementSums[] blocks, int[] first)
    {
        var movements = new TensorMovement[first.Length - 1];
        for (var i = 0; i < movements.Length; i++)
        {
            var sums = default(MovementSums);
            for (var block = first[i]; block < first[i + 1]; block++) sums.Add(blocks[block]);
            movements[i] = sums.ToMovement();
        }

        return movements;
    }
}
