using System.Buffers;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Pyramids;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>Where one series' points and pyramids come together, in any order. One serves a whole request, series after series.</summary>
internal sealed class EnvelopeScratch(int bucketsMax) : IDisposable
{
    private readonly Bucket[] _buckets = ArrayPool<Bucket>.Shared.Rent(bucketsMax);
    private PointPosition? _last;

    /// <summary>The x of the last point; 0 for none.</summary>
    public long LastX { get; private set; }

    /// <summary>The value of the last point; NaN for none.</summary>
    public double LastValue { get; private set; } = double.NaN;

    public ReadOnlySpan<Bucket> Buckets(EnvelopeGrid grid) => _buckets.AsSpan(0, grid.BucketCount);

    public void Clear(EnvelopeGrid grid)
    {
        _buckets.AsSpan(0, grid.BucketCount).Fill(Bucket.Empty);
        (_last, LastX, LastValue) = (null, 0, double.NaN);
    }

    /// <summary>Adds a pyramid that lies wholly within the grid's range and whose level is not above the grid's.</summary>
    public void Add(Pyramid pyramid, EnvelopeGrid grid)
    {
        var shift = grid.Level - pyramid.Level;
        foreach (var bucket in pyramid.Buckets)
        {
            ref var target = ref _buckets[grid.PlaceOf(bucket.Index >> shift)];
            target = target.With(bucket);
        }
    }

    /// <summary>Adds those of the points that lie in the grid's range.</summary>
    public void AddBySteps(ReadOnlySpan<MetricPoint> points, EnvelopeGrid grid)
    {
        foreach (ref readonly var point in points)
        {
            if (!grid.Contains(point.Step)) continue;
            Add(point.Step, point.Value, grid);
            OfferLast(PointPosition.Of(in point), point.Step);
        }
    }

    /// <summary>Adds those of the points whose time, less an offset, lies in the grid's range.</summary>
    public void AddByTimes(ReadOnlySpan<MetricPoint> points, long offsetMs, EnvelopeGrid grid)
    {
        foreach (ref readonly var point in points)
        {
            var x = point.TimestampMs - offsetMs;
            if (!grid.Contains(x)) continue;
            Add(x, point.Value, grid);
            // A position whose first number is the x and whose second breaks ties.
            OfferLast(new PointPosition(x, point.Step, PointOrder.OfValue(point.Value)), x);
        }
    }

    /// <summary>A candidate for the last point.</summary>
    public void OfferLast(PointPosition position, long x)
    {
        if (_last is { } last && position.CompareTo(last) <= 0) return;
        (_last, LastX, LastValue) = (position, x, PointOrder.ValueOf(position.Order));
    }

    public void Dispose() => ArrayPool<Bucket>.Shared.Return(_buckets);

    private void Add(long x, double value, EnvelopeGrid grid)
    {
        ref var target = ref _buckets[grid.PlaceOf(x >> grid.Level)];
        target = target.With(Bucket.Of(0, value));
    }
}
