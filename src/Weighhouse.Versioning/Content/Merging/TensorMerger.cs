using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Versioning.Content.Files;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Merges safetensors by tensor: one that a single side changed is taken from it, and one that both changed differently is a conflict.
/// </summary>
internal sealed class TensorMerger(MergeSides sides, CancellationToken cancellation)
{
    private const int BlockBytes = 1 << 20;
    private const int Alignment = 8;

    private readonly MergeOutcome _outcome = new();

    public MergeOutcome Merge(TensorFile origin, TensorFile ours, TensorFile theirs)
    {
        var (old, here, there) = (ByName(sides.Base, origin), ByName(sides.Ours, ours), ByName(sides.Theirs, theirs));
        var merged = new List<Placed>();
        foreach (var name in ours.Tensors.Concat(theirs.Tensors).Select(static tensor => tensor.Name).Distinct(StringComparer.Ordinal))
        {
            var (was, mine, other) = (old.GetValueOrDefault(name), here.GetValueOrDefault(name), there.GetValueOrDefault(name));
            if (Same(mine, other) || Same(was, other)) Keep(mine);
            else if (Same(was, mine)) Keep(other);
            else _outcome.Disagree($"tensor {name}", Show(was), Show(mine), Show(other));
        }

        var metadata = Metadata(origin.Facts, ours.Facts, theirs.Facts);
        if (!_outcome.HasConflicts) _outcome.Content = new PieceStream(Pieces(merged, metadata));
        return _outcome;

        void Keep(Placed? tensor)
        {
            if (tensor is not null) merged.Add(tensor);
        }
    }

    private sealed record Placed(TensorInfo Tensor, FileContent File)
    {
        public FileRange Range => new(File, Tensor.OffsetBytes, Tensor.LengthBytes);
    }

    private static Dictionary<string, Placed> ByName(FileContent file, TensorFile table)
    {
        var byName = new Dictionary<string, Placed>(StringComparer.Ordinal);
        foreach (var tensor in table.Tensors) byName[tensor.Name] = new Placed(tensor, file);
        return byName;
    }

    private bool Same(Placed? one, Placed? other)
    {
        if (one is null || other is null) return one is null && other is null;
        return one.Tensor.DataType == other.Tensor.DataType && one.Tensor.Shape.SequenceEqual(other.Tensor.Shape)
            && RangeComparison.AreEqual(one.Range, other.Range, cancellation);
    }

    private static string? Show(Placed? placed) =>
        placed is null ? null : $"{placed.Tensor.DataType}[{string.Join(',', placed.Tensor.Shape)}]";

    private SortedDictionary<string, string> Metadata(
        IReadOnlyDictionary<string, string> origin, IReadOnlyDictionary<string, string> ours, IReadOnlyDictionary<string, string> theirs)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in ours.Keys.Union(theirs.Keys, StringComparer.Ordinal))
        {
            var (was, mine, other) = (origin.GetValueOrDefault(name), ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name));
            var kept = mine == other || was == other ? mine : other;
            if (mine != other && was != other && was != mine) _outcome.Disagree($"metadata {name}", was, mine, other);
            if (kept is not null) merged[name] = kept;
        }

        return merged;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(List<Placed> tensors, SortedDictionary<string, string> metadata)
    {
        yield return Header(tensors, metadata);
        foreach (var tensor in tensors)
        {
            for (long at = 0; at < tensor.Tensor.LengthBytes; at += BlockBytes)
                yield return tensor.Range.Read(at, (int)Math.Min(BlockBytes, tensor.Tensor.LengthBytes - at));
        }
    }

    private static byte[] Header(List<Placed> tensors, SortedDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (name, value) in metadata) writer.WriteString(name, value);
                writer.WriteEndObject();
            }

            long at = 0;
            foreach (var (tensor, _) in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", tensor.DataType);
                writer.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape) writer.WriteNumberValue(dimension);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(at);
                writer.WriteNumberValue(at += tensor.LengthBytes);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Padded with blanks, so that the numbers lie where a program can map them.
        var length = (json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        var header = new byte[sizeof(long) + length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        json.WrittenSpan.CopyTo(header.AsSpan(sizeof(long)));
        return header;
    }
}
