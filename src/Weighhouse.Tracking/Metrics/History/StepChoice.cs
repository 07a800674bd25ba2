using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.History;

/// <summary>
/// Which steps a sample shows. A first survey learns the range and whether there are few enough steps to show all; if not, a second one
/// finds, for each bucket of a common grid, the first step any run has there, and each run's least and greatest value.
/// </summary>
internal sealed class StepChoice(int runCount, int pointsMax)
{
    private readonly HashSet<long> _all = [];
    private readonly HashSet<long> _common = [];
    private readonly HashSet<long>[] _own = [.. Enumerable.Range(0, runCount).Select(static _ => new HashSet<long>())];
    private readonly Dictionary<long, long> _firstOfBucket = [];
    private readonly Dictionary<long, Extremes>[] _extremes =
        [.. Enumerable.Range(0, runCount).Select(static _ => new Dictionary<long, Extremes>())];
    private (long First, long Last)? _range;
    private EnvelopeGrid? _grid;

    /// <summary>Whether every step is shown.</summary>
    public bool IsComplete => _all.Count <= pointsMax;

    public void Survey(int run, ReadOnlySpan<MetricPoint> points, int pass)
    {
        if (points.IsEmpty) return;
        if (pass == 0) SurveyRange(points);
        else SurveyBuckets(run, points);
    }

    /// <summary>Adds the points to show.</summary>
    public void Collect(int run, ReadOnlySpan<MetricPoint> points, PointBuffer target)
    {
        if (!IsComplete && _common.Count == 0) Settle();
        foreach (ref readonly var point in points)
            if (IsComplete || _common.Contains(point.Step) || _own[run].Contains(point.Step)) target.Add(in point);
    }

    private void SurveyRange(ReadOnlySpan<MetricPoint> points)
    {
        _range = _range is var (first, last)
            ? (Math.Min(first, points[0].Step), Math.Max(last, points[^1].Step))
            : (points[0].Step, points[^1].Step);
        for (var i = 0; i < points.Length && IsComplete; i++) _all.Add(points[i].Step);
    }

    private void SurveyBuckets(int run, ReadOnlySpan<MetricPoint> points)
    {
        // Of the points allowed half are common steps, a quarter minima, a quarter maxima.
        _grid ??= EnvelopeGrid.For(_range!.Value.First, _range.Value.Last, Math.Max(1, pointsMax / 4));
        var commonLevel = Math.Max(0, _grid.Value.Level - 1);
        foreach (ref readonly var point in points)
        {
            var common = point.Step >> commonLevel;
            if (!_firstOfBucket.TryGetValue(common, out var first) || point.Step < first) _firstOfBucket[common] = point.Step;
            if (double.IsNaN(point.Value)) continue;
            var bucket = point.Step >> _grid.Value.Level;
            var known = _extremes[run];
            known[bucket] = known.TryGetValue(bucket, out var extremes) ? extremes.With(point) : new Extremes(point, point);
        }

        _own[run].Add(points[0].Step);
        _own[run].Add(points[^1].Step);
        if (_own[run].Count > 2)
        {
            var (low, high) = (_own[run].Min(), _own[run].Max());
            _own[run].Clear();
            _own[run].Add(low);
            _own[run].Add(high);
        }
    }

    private void Settle()
    {
        foreach (var step in _firstOfBucket.Values) _common.Add(step);
        for (var run = 0; run < _own.Length; run++)
        {
            foreach (var (min, max) in _extremes[run].Values)
            {
                _own[run].Add(min.Step);
                _own[run].Add(max.Step);
            }
        }
    }

    private readonly record struct Extremes(MetricPoint Min, MetricPoint Max)
    {
        public Extremes With(in MetricPoint point) =>
            new(point.Value < Min.Value ? point : Min, point.Value > Max.Value ? point : Max);
    }
}
