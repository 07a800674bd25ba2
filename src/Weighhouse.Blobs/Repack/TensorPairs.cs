using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Repack;

/// <summary>A chunk of a tensor, and the chunk in its place of the version before, if that has the same tensor.</summary>
internal readonly record struct TensorChunk(FileChunk Chunk, NumberWidth Width, Digest? Base);

/// <summary>
/// Puts the chunks of two files side by side: of tensors with the same name, type and shape, which are cut alike. What is cut by content
/// (headers, small tensors) has no fixed place and is left alone.
/// </summary>
internal static class TensorPairs
{
    /// <summary>In the order of the file, each chunk once; those that both files have are left out.</summary>
    public static List<TensorChunk> Of(
        FileRecipe recipe, TensorTable tensors, FileRecipe? before, TensorTable? tensorsBefore)
    {
        var known = before?.Chunks.Select(static chunk => chunk.Id).ToHashSet() ?? [];
        var (starts, startsBefore) = (Starts(recipe), before is null ? [] : Starts(before));
        var byName = new Dictionary<string, TensorInfo>();
        if (before is not null)
            foreach (var tensor in tensorsBefore?.Tensors ?? []) byName.TryAdd(tensor.Name, tensor);
        var chunks = new List<TensorChunk>();
        foreach (var tensor in tensors.Tensors)
        {
            var width = NumberWidth.Of(tensor.DataType);
            var isSame = byName.TryGetValue(tensor.Name, out var same) && IsAlike(tensor, same);
            var basis = isSame ? Array.BinarySearch(startsBefore, same!.OffsetBytes) : -1;
            var first = Array.BinarySearch(starts, tensor.OffsetBytes);
            var end = tensor.OffsetBytes + tensor.LengthBytes;
            for (var i = first; i >= 0 && i < starts.Length && starts[i] + recipe.Chunks[i].LengthBytes <= end; i++)
            {
                var chunk = recipe.Chunks[i];
                if (chunk.LengthBytes == 0 || !known.Add(chunk.Id)) continue;
                var place = basis + i - first;
                var isPair = basis >= 0 && place < startsBefore.Length && before!.Chunks[place].LengthBytes == chunk.LengthBytes;
                chunks.Add(new TensorChunk(chunk, width, isPair ? before!.Chunks[place].Id : null));
            }
        }

        return chunks;
    }

    private static bool IsAlike(TensorInfo tensor, TensorInfo other) =>
        tensor.DataType == other.DataType && tensor.LengthBytes == other.LengthBytes && tensor.Shape.SequenceEqual(other.Shape);

    private static long[] Starts(FileRecipe recipe)
    {
        var starts = new long[recipe.Chunks.Count];
        for (var i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + recipe.Chunks[i - 1].LengthBytes;
        return starts;
    }
}
