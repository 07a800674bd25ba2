namespace Weighhouse.Blobs.Chunking;

/// <summary>How a part of a file is cut.</summary>
internal enum RegionKind
{
    Generic,
    Text,

    /// <summary>Fixed blocks: numbers have no structure a content-defined cut could find, and equal tensors start alike.</summary>
    Tensor,
}

/// <summary>A part of a file that is cut in one way. Its end is a forced cut.</summary>
/// <param name="EndBytes">Position in the file; <see cref="long.MaxValue"/> for its end, wherever that is.</param>
internal readonly record struct Region(RegionKind Kind, long EndBytes);

/// <summary>
/// Divides a file into regions, front to back, by the bytes alone. Asked for the region at a position with the bytes from there on;
/// a layout must answer the same however many bytes it is shown beyond those it needs.
/// </summary>
internal interface ILayout
{
    /// <summary>
    /// The region that starts at <paramref name="position"/>, or how many bytes from there it must see to tell. When the file ends
    /// before so many, the rest is one generic region.
    /// </summary>
    Region? Next(ReadOnlySpan<byte> bytes, long position, out int neededBytes);
}

/// <summary>A file that is one region.</summary>
internal sealed class WholeLayout(RegionKind kind) : ILayout
{
    public Region? Next(ReadOnlySpan<byte> bytes, long position, out int neededBytes)
    {
        neededBytes = 0;
        return new Region(kind, long.MaxValue);
    }
}
