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
                blocks[block] = MovementSums.Of(type, old.Read(at, length).Span, current.Read(at, length).Span);
            });
        }
        catch (AggregateException failures)
        {
            // One is enough to say what is wrong: a damaged piece, as a rule.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        var movements = new TensorMovement[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
        {
            var sums = default(MovementSums);
            for (var block = first[i]; block < first[i + 1]; block++) sums.Add(blocks[block]);
            movements[i] = sums.ToMovement();
        }

        return movements;
    }
}
