using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Weighhouse.Serving;

/// <summary>The sizes of a shape: a few in place, more on the heap.</summary>
internal struct ShapeStore
{
    private const int InPlace = 6;

    private Sizes _sizes;
    private long[]? _more;
    private int _rank;

    [UnscopedRef]
    public readonly ReadOnlySpan<long> Span => _more is null ? ((ReadOnlySpan<long>)_sizes)[.._rank] : _more;

    public void Set(ReadOnlySpan<long> shape)
    {
        _rank = shape.Length;
        _more = shape.Length > InPlace ? shape.ToArray() : null;
        if (_more is null) shape.CopyTo(_sizes);
    }

    [InlineArray(InPlace)]
    private struct Sizes
    {
        private long _first;
    }
}
