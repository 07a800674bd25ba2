using System.Runtime.CompilerServices;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Tensors;

/// <summary>The sizes of a tensor as they are read.</summary>
internal struct ShapeBuffer
{
    /// <summary>Sizes a tensor may have; models have five.</summary>
    public const int RankMax = 32;

    private Sizes _sizes;
    private int _rank;

    /// <summary>Whether there were more than <see cref="RankMax"/>.</summary>
    public bool IsTooLong { get; private set; }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<long> Span => ((ReadOnlySpan<long>)_sizes)[.._rank];

    public void Add(long size)
    {
        if (_rank == RankMax) IsTooLong = true;
        else _sizes[_rank++] = size;
    }

    /// <summary>Reads a repeated int64: one number, or a packed list.</summary>
    public void Read(ref ProtoReader reader)
    {
        if ((reader.Key & 7) != ProtoWire.Bytes)
        {
            Add(reader.Int64());
            return;
        }

        var outer = reader.Enter();
        while (reader.HasMore) Add(reader.Int64());
        reader.Leave(outer);
    }

    public override readonly string ToString() => $"[{string.Join(',', Span.ToArray())}]";

    [InlineArray(RankMax)]
    private struct Sizes
    {
        private long _first;
    }
}
