using System.IO.Compression;
using Weighhouse.Blobs;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Mixes the numbers of two versions of a model whose tensors have the same names, types and shapes. Tensors that hold no floats are
/// taken as they are where the sides agree, or from the side that changed them.
/// </summary>
internal sealed class WeightMixer(MergeSides sides, WeightRecipe recipe, CancellationToken cancellation)
{
    private const int BlockBytes = 1 << 20;

    private readonly MergeOutcome _outcome = new() { IsMixed = true };

    /// <summary>Of the three files, which are of one format.</summary>
    public MergeOutcome Mix(TensorFile origin, TensorFile ours, TensorFile theirs)
    {
        var (old, there) = (ByName(origin), ByName(theirs));
        var needsBase = recipe.Method == WeightMethod.TaskArithmetic;
        var plan = new List<Mixed>();
        foreach (var name in there.Keys.Except(ours.Tensors.Select(static tensor => tensor.Name), StringComparer.Ordinal))
            _outcome.Disagree($"tensor {name}", null, null, "only there: weights of different models cannot be mixed");
        foreach (var tensor in ours.Tensors)
        {
            var (was, other) = (old.GetValueOrDefault(tensor.Name), there.GetValueOrDefault(tensor.Name));
            if (other is null || !Alike(tensor, other) || (needsBase && (was is null || !Alike(tensor, was))))
            {
                _outcome.Disagree($"tensor {tensor.Name}", Show(was), Show(tensor), Show(other));
                continue;
            }

            Plan(plan, tensor, was is not null && Alike(tensor, was) ? was : null, other);
        }

        if (ours.Format == "zip" && !IsStored())
            _outcome.Disagree("archive", null, "only arrays that are not compressed can be mixed: numpy.savez, not savez_compressed", null);
        if (!_outcome.HasConflicts) _outcome.Content = ours.Format == "zip" ? Zip(plan) : new PieceStream(InPlace(plan));
        return _outcome;
    }

    /// <param name="Type">Null where the bytes are taken as they are.</param>
    private sealed record Mixed(string Name, NumberType? Type, FileRange Ours, FileRange? Base, FileRange Theirs);

    private void Plan(List<Mixed> plan, TensorInfo ours, TensorInfo? was, TensorInfo theirs)
    {
        var here = Range(sides.Ours, ours);
        var there = Range(sides.Theirs, theirs);
        FileRange? old = was is null ? null : Range(sides.Base, was);
        if (RangeComparison.AreEqual(here, there, cancellation)) plan.Add(new Mixed(ours.Name, null, here, old, here));
        else if (NumberTypes.Of(ours.DataType) is NumberType.Float64 or NumberType.Float32 or NumberType.Float16 or NumberType.BFloat16)
            plan.Add(new Mixed(ours.Name, NumberTypes.Of(ours.DataType), here, old, there));
        else if (old is { } before && RangeComparison.AreEqual(before, there, cancellation))
            plan.Add(new Mixed(ours.Name, null, here, old, here));
        else if (old is { } same && RangeComparison.AreEqual(same, here, cancellation))
            plan.Add(new Mixed(ours.Name, null, here, old, there));
        else _outcome.Disagree($"tensor {ours.Name}", Show(was), Show(ours), Show(theirs));
    }

    /// <summary>Our file with other numbers where the tensors are.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> InPlace(List<Mixed> plan)
    {
        long position = 0;
        foreach (var tensor in plan.OrderBy(static tensor => tensor.Ours.OffsetBytes))
        {
            foreach (var piece in Copied(position, tensor.Ours.OffsetBytes - position)) yield return piece;
            foreach (var piece in Numbers(tensor)) yield return piece;
            position = tensor.Ours.OffsetBytes + tensor.Ours.LengthBytes;
        }

        foreach (var piece in Copied(position, sides.Ours.SizeBytes - position)) yield return piece;
    }

    private bool IsStored()
    {
        try
        {
            using var source = new ZipArchive(sides.Ours.Open(), ZipArchiveMode.Read);
            return source.Entries.All(static entry =>
                entry.CompressedLength == entry.Length && entry.FullName.EndsWith(".npy", StringComparison.Ordinal));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>An archive of arrays with its checksums anew, in a file without a name.</summary>
    private FileStream Zip(List<Mixed> plan)
    {
        var byName = plan.ToDictionary(static tensor => tensor.Name + ".npy", StringComparer.Ordinal);
        var file = NamelessFile.Create();
        using (var source = new ZipArchive(sides.Ours.Open(), ZipArchiveMode.Read))
        using (var target = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                Kernel.Invariant.That(entry.CompressedLength == entry.Length);
                var made = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression);
                made.LastWriteTime = entry.LastWriteTime;
                using var to = made.Open();
                using var from = entry.Open();
                if (!byName.TryGetValue(entry.FullName, out var tensor))
                {
                    from.CopyTo(to);
                    continue;
                }

                // What is before the numbers in the entry is NumPy's header.
                var header = new byte[entry.Length - tensor.Ours.LengthBytes];
                from.ReadExactly(header);
                to.Write(header);
                foreach (var piece in Numbers(tensor)) to.Write(piece.Span);
            }
        }

        file.Position = 0;
        return file;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Copied(long offset, long length)
    {
        for (long at = 0; at < length; at += BlockBytes)
            yield return sides.Ours.Read(offset + at, (int)Math.Min(BlockBytes, length - at));
    }

    private IEnumerable<ReadOnlyMemory<byte>> Numbers(Mixed tensor)
    {
        for (long at = 0; at < tensor.Ours.LengthBytes; at += BlockBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var length = (int)Math.Min(BlockBytes, tensor.Ours.LengthBytes - at);
            yield return tensor.Type is { } type
                ? WeightMath.Mix(
                    recipe, type, tensor.Base?.Read(at, length) ?? default, tensor.Ours.Read(at, length), tensor.Theirs.Read(at, length))
                : tensor.Theirs.Read(at, length);
        }
    }

    private static FileRange Range(FileContent file, TensorInfo tensor) => new(file, tensor.OffsetBytes, tensor.LengthBytes);

    private static bool Alike(TensorInfo one, TensorInfo other) =>
        one.DataType == other.DataType && one.LengthBytes == other.LengthBytes && one.Shape.SequenceEqual(other.Shape);

    private static Dictionary<string, TensorInfo> ByName(TensorFile file)
    {
        var byName = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors) byName[tensor.Name] = tensor;
        return byName;
    }

    private static string? Show(TensorInfo? tensor) => tensor is null ? null : $"{tensor.DataType}[{string.Join(',', tensor.Shape)}]";
}
