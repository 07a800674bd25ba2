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
    private readonly (long First, long Last)?[] _ends = new (long, long)?[runCount];
    private readonly Dictionary<long, long> _firstOfBucket = [];
    private readonly Dictionary<long, Extremes>[] _extremes =
        [.. Enumerable.Range(0, runCount).Select(static _ => new Dictionary<long, Extremes>())];
    private (long First, long Last)? _range;
    private EnvelopeGrid? _grid;

    /// <summary>Whether every step is shown.</summary>
    public bool IsComplete => _all.Count <= pointsMax;

    /// <summary>Between these steps there are points.</summary>
    public void SurveyRange(long first, long last) =>
        _range = _range is var (low, high) ? (Math.Min(low, first), Math.Max(high, last)) : (first, last);

    /// <param name="points">Sorted by step.</param>
    public void SurveySteps(ReadOnlySpan<MetricPoint> points)
    {
        if (points.IsEmpty) return;
        SurveyRange(points[0].Step, points[^1].Step);
        for (var i = 0; i < points.Length && IsComplete; i++) _all.Add(points[i].Step);
    }

    /// <summary>Notes the extremes of each bucket and the step that stands for it.</summary>
    /// <param name="points">Sorted by step.</param>
    public void SurveyBuckets(int run, ReadOnlySpan<MetricPoint> points)
    {
        if (points.IsEmpty) return;
        // Of the points allowed half are common steps, a quarter minima, a quarter maxima.
        _grid ??= EnvelopeGrid.For(_range!.Value.First, _range.Value.Last, Math.Max(1, pointsMax / 4));
        var (level, commonLevel) = (_grid.Value.Level, Math.Max(0, _grid.Value.Level - 1));
        for (var start = 0; start < points.Length;)
        {
            var bucket = points[start].Step >> level;
            var end = start + 1;
            while (end < points.Length && points[end].Step >> level == bucket) end++;
            SurveyBucket(_extremes[run], bucket, points[start..end]);
            NoteFirst(points[start].Step, commonLevel);
            // A bucket holds two of the finer common ones.
            for (var i = start + 1; i < end; i++)
                if (points[i].Step >> commonLevel != points[i - 1].Step >> commonLevel) NoteFirst(points[i].Step, commonLevel);
            start = end;
        }

        _ends[run] = _ends[run] is var (low, high)
            ? (Math.Min(low, points[0].Step), Math.Max(high, points[^1].Step))
            : (points[0].Step, points[^1].Step);
    }

    /// <summary>Adds the points to show.</summary>
    public void Collect(int run, ReadOnlySpan<MetricPoint> points, PointBuffer target)
    {
        if (!IsComplete && _common.Count == 0) Settle();
        foreach (ref readonly var point in points)
            if (IsComplete || _common.Contains(point.Step) || _own[run].Contains(point.Step)) target.Add(in point);
    }

    private void NoteFirst(long step, int level)
    {
        var bucket = step >> level;
        if (!_firstOfBucket.TryGetValue(bucket, out var first) || step < first) _firstOfBucket[bucket] = step;
    }

    private static void SurveyBucket(Dictionary<long, Extremes> known, long bucket, ReadOnlySpan<MetricPoint> points)
    {
        Extremes? extremes = known.TryGetValue(bucket, out var before) ? before : null;
        foreach (ref readonly var point in points)
            if (!double.IsNaN(point.Value)) extremes = extremes is { } present ? present.With(point) : new Extremes(point, point);
        if (extremes is { } found) known[bucket] = found;
    }

    private void Settle()
    {
        foreach (var step in _firstOfBucket.Values) _common.Add(step);
        for (var run = 0; run < _own.Length; run++)
        {
            if (_ends[run] is var (first, last))
            {
                _own[run].Add(first);
                _own[run].Add(last);
            }

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
