using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Tensors;

/// <summary>
/// The layout of a container of tensors. What its header claims is checked for sense, and a claim that has none is ignored.
/// </summary>
internal abstract class TensorLayout(string format) : ILayout
{
    /// <summary>Smaller tensors are cut together with their neighbours: a chunk of its own would cost more than it saves.</summary>
    public const int OwnRegionBytes = 64 << 10;

    /// <summary>No file is longer; sums of two such numbers do not overflow.</summary>
    private const long PositionMax = 1L << 60;

    public string Format { get; } = format;

    /// <summary>Those found so far.</summary>
    public List<TensorInfo> Tensors { get; } = [];

    /// <summary>Whether <see cref="Tensors"/> holds all there are, and the rest of the file need not be shown.</summary>
    public virtual bool KnowsAll => false;

    public abstract Region? Next(ReadOnlySpan<byte> bytes, long position, out int neededBytes);

    /// <summary>Whether there are tensors, or a whole header says that there are none, and each lies within the file.</summary>
    public bool IsSound(long fileBytes) =>
        (Tensors.Count > 0 || KnowsAll) && Tensors.TrueForAll(tensor => tensor.OffsetBytes + tensor.LengthBytes <= fileBytes);

    protected static bool IsPosition(long value) => value is >= 0 and < PositionMax;

    /// <summary>Elements times bytes each; null when the product is no length of a file.</summary>
    protected static long? LengthOf(IReadOnlyList<long> shape, long elementBytes)
    {
        var product = (ulong)elementBytes;
        foreach (var dimension in shape)
        {
            if (!IsPosition(dimension)) return null;
            if (Math.BigMul(product, (ulong)dimension, out product) != 0 || product >= PositionMax) return null;
        }

        return (long)product;
    }
}

/// <summary>A layout whose one header, at the start, names all tensors.</summary>
internal abstract class HeaderLayout(string format) : TensorLayout(format)
{
    private Queue<Region>? _regions;

    public override bool KnowsAll => _regions is not null;

    public override Region? Next(ReadOnlySpan<byte> bytes, long position, out int neededBytes)
    {
        neededBytes = 0;
        if (_regions is null)
        {
            if (ReadHeader(bytes, out neededBytes) is not { } dataStart) return null;
            _regions = Divide(dataStart);
        }

        return _regions.TryDequeue(out var region) ? region : new Region(RegionKind.Generic, long.MaxValue);
    }

    /// <summary>
    /// Fills <see cref="TensorLayout.Tensors"/> and returns where the header ends; null with the bytes needed when there are too few,
    /// or with 0 when this is no such file after all.
    /// </summary>
    protected abstract long? ReadHeader(ReadOnlySpan<byte> bytes, out int neededBytes);

    private Queue<Region> Divide(long dataStart)
    {
        Tensors.Sort((left, right) => left.OffsetBytes.CompareTo(right.OffsetBytes));
        var regions = new Queue<Region>();
        var position = dataStart;
        regions.Enqueue(new Region(RegionKind.Generic, dataStart));
        foreach (var tensor in Tensors)
        {
            // Tensors that overlap are a lie or a trick; the first of them decides.
            if (tensor.LengthBytes < OwnRegionBytes || tensor.OffsetBytes < position) continue;
            if (tensor.OffsetBytes > position) regions.Enqueue(new Region(RegionKind.Generic, tensor.OffsetBytes));
            position = tensor.OffsetBytes + tensor.LengthBytes;
            regions.Enqueue(new Region(RegionKind.Tensor, position));
        }

        return regions;
    }
}
