using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.History;

/// <summary>
/// Which steps a sample shows. A first survey counts the steps there are: few are all shown, of more MLflow's own choice is, every n-th
/// of all runs' steps and the ends of each run. A second survey adds what that choice hides: each run's least and greatest value in
/// every bucket of a common grid. Steps beyond counting are chosen by the grid as well, the first any run has in a bucket.
/// </summary>
internal sealed class StepChoice(int runCount, int pointsMax, int stepsMax)
{
    private readonly HashSet<long> _all = [];
    private readonly HashSet<long> _common = [];
    private readonly HashSet<long>[] _own = [.. Enumerable.Range(0, runCount).Select(static _ => new HashSet<long>())];
    private readonly (long First, long Last)?[] _ends = new (long, long)?[runCount];
    private readonly Dictionary<long, long> _firstOfBucket = [];
    private readonly Dictionary<long, Bucket>[] _buckets =
        [.. Enumerable.Range(0, runCount).Select(static _ => new Dictionary<long, Bucket>())];
    private (long First, long Last)? _range;
    private EnvelopeGrid? _grid;

    /// <summary>Whether every step is shown.</summary>
    public bool IsComplete => _all.Count <= pointsMax;

    /// <summary>Whether there are no more steps than can be counted, so far.</summary>
    public bool IsCounting => _all.Count <= Math.Max(stepsMax, pointsMax);

    /// <summary>Between these steps there are points.</summary>
    public void SurveyRange(long first, long last) => _range = Widen(_range, first, last);

    /// <param name="points">Sorted by step.</param>
    public void SurveySteps(int run, ReadOnlySpan<MetricPoint> points)
    {
        if (points.IsEmpty) return;
        SurveyRange(points[0].Step, points[^1].Step);
        _ends[run] = Widen(_ends[run], points[0].Step, points[^1].Step);
        for (var i = 0; i < points.Length && IsCounting; i++) _all.Add(points[i].Step);
    }

    /// <summary>Between the surveys, when not every step is shown: MLflow's choice among those that were counted.</summary>
    public void ChooseCounted()
    {
        if (!IsCounting) return;
        var steps = _all.Order().ToArray();
        // In doubles, as MLflow: whole numbers would round some of the same places otherwise.
        var interval = (double)steps.Length / pointsMax;
        for (var i = 0; i < pointsMax; i++) _common.Add(steps[(int)(i * interval)]);
        foreach (var ends in _ends)
        {
            if (ends is not var (first, last)) continue;
            _common.Add(first);
            _common.Add(last);
        }
    }

    /// <summary>Notes the extremes of each bucket, and the step that stands for it where steps could not be counted.</summary>
    /// <param name="points">Sorted by step.</param>
    public void SurveyBuckets(int run, ReadOnlySpan<MetricPoint> points)
    {
        if (points.IsEmpty) return;
        // A quarter minima, a quarter maxima, and half as many common steps where the grid chooses them.
        _grid ??= EnvelopeGrid.For(_range!.Value.First, _range.Value.Last, Math.Max(1, pointsMax / 4));
        var (level, commonLevel) = (_grid.Value.Level, Math.Max(0, _grid.Value.Level - 1));
        for (var start = 0; start < points.Length;)
        {
            var bucket = points[start].Step >> level;
            var end = start + 1;
            while (end < points.Length && points[end].Step >> level == bucket) end++;
            SurveyBucket(_buckets[run], bucket, points[start..end]);
            NoteFirst(points[start].Step, commonLevel);
            // A bucket holds two of the finer common ones.
            for (var i = start + 1; i < end; i++)
                if (points[i].Step >> commonLevel != points[i - 1].Step >> commonLevel) NoteFirst(points[i].Step, commonLevel);
            start = end;
        }

        _ends[run] = Widen(_ends[run], points[0].Step, points[^1].Step);
    }

    /// <summary>After the surveys: what the common steps hide of each run.</summary>
    public void Settle()
    {
        if (!IsCounting) _common.UnionWith(_firstOfBucket.Values);
        for (var run = 0; run < _own.Length; run++)
        {
            if (_ends[run] is var (first, last))
            {
                _own[run].Add(first);
                _own[run].Add(last);
            }

            foreach (var (all, shown) in _buckets[run].Values)
            {
                if (shown is null || all.Min.Value < shown.Value.Min.Value) _own[run].Add(all.Min.Step);
                if (shown is null || all.Max.Value > shown.Value.Max.Value) _own[run].Add(all.Max.Step);
            }
        }
    }

    /// <summary>Adds the points to show.</summary>
    public void Collect(int run, ReadOnlySpan<MetricPoint> points, PointBuffer target)
    {
        foreach (ref readonly var point in points)
            if (IsComplete || _common.Contains(point.Step) || _own[run].Contains(point.Step)) target.Add(in point);
    }

    private static (long First, long Last) Widen((long First, long Last)? range, long first, long last) =>
        range is var (low, high) ? (Math.Min(low, first), Math.Max(high, last)) : (first, last);

    private void NoteFirst(long step, int level)
    {
        var bucket = step >> level;
        if (!_firstOfBucket.TryGetValue(bucket, out var first) || step < first) _firstOfBucket[bucket] = step;
    }

    private void SurveyBucket(Dictionary<long, Bucket> known, long number, ReadOnlySpan<MetricPoint> points)
    {
        Extremes? all = null, shown = null;
        if (known.TryGetValue(number, out var before)) (all, shown) = (before.All, before.Shown);
        foreach (ref readonly var point in points)
        {
            if (double.IsNaN(point.Value)) continue;
            all = Extremes.With(all, point);
            if (_common.Contains(point.Step)) shown = Extremes.With(shown, point);
        }

        if (all is { } found) known[number] = new Bucket(found, shown);
    }

    /// <param name="Shown">Of the points at common steps; null while there is none.</param>
    private readonly record struct Bucket(Extremes All, Extremes? Shown);

    private readonly record struct Extremes(MetricPoint Min, MetricPoint Max)
    {
        public static Extremes With(Extremes? before, in MetricPoint point) => before is { } known
            ? new(point.Value < known.Min.Value ? point : known.Min, point.Value > known.Max.Value ? point : known.Max)
            : new(point, point);
    }
}
