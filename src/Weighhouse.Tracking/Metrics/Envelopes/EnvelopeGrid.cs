namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>The buckets of a frame: bucket b covers the x whose x &gt;&gt; Level is FirstIndex + b. Only x from From to To count.</summary>
internal readonly record struct EnvelopeGrid(long From, long To, int Level, int BucketCount)
{
    /// <summary>At this width any range has at most four buckets.</summary>
    public const int LevelMax = 62;

    /// <summary>A frame without a point.</summary>
    public static readonly EnvelopeGrid Empty = new(0, -1, 0, 0);

    public long FirstIndex => From >> Level;

    public long Origin => FirstIndex << Level;

    public long Width => 1L << Level;

    public static EnvelopeGrid For(long from, long to, int bucketsMax)
    {
        var level = 0;
        while (level < LevelMax && Span(from, to, level) >= (ulong)bucketsMax) level++;
        return At(from, to, level);
    }

    /// <summary>The same range with buckets twice as wide.</summary>
    public EnvelopeGrid Coarser() => At(From, To, Level + 1);

    public bool Contains(long x) => x >= From && x <= To;

    /// <summary>The bucket's place among the frame's, given its index at this grid's level.</summary>
    public int PlaceOf(long index) => (int)(index - FirstIndex);

    private static EnvelopeGrid At(long from, long to, int level) => new(from, to, level, checked((int)Span(from, to, level) + 1));

    /// <summary>One less than the count of buckets, which does not overflow even for all the numbers there are.</summary>
    private static ulong Span(long from, long to, int level) => (ulong)((to >> level) - (from >> level));
}
