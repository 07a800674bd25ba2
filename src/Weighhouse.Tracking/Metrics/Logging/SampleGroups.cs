using System.Buffers;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>The samples of one batch, brought together by key. Arrays come from the pool: dispose it.</summary>
internal sealed class SampleGroups : IDisposable
{
    private readonly List<string> _keys = [];
    private readonly List<int> _ends = [];
    private MetricPoint[] _points = [];

    private SampleGroups()
    {
    }

    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The points of the group, in the order in which they came.</summary>
    public ReadOnlySpan<MetricPoint> Points(int group) =>
        _points.AsSpan()[(group == 0 ? 0 : _ends[group - 1]).._ends[group]];

    /// <summary>Groups and checks. A key that the dictionary knows has passed the check before.</summary>
    public static Result<SampleGroups> Of(IReadOnlyList<MetricSample> samples, KeyDictionary known, TrackingOptions options)
    {
        var groups = new SampleGroups();
        if (samples.Count == 0) return groups;
        var places = ArrayPool<int>.Shared.Rent(samples.Count);
        var error = groups.Assign(samples, places, known, options);
        if (error is null) groups.Arrange(samples, places);
        ArrayPool<int>.Shared.Return(places);
        return error is null ? groups : error;
    }

    public void Dispose()
    {
        if (_points.Length > 0) ArrayPool<MetricPoint>.Shared.Return(_points);
        _points = [];
    }

    /// <summary>Gives each sample the number of its group and counts the groups' sizes.</summary>
    private Error? Assign(IReadOnlyList<MetricSample> samples, int[] places, KeyDictionary known, TrackingOptions options)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        // Training loops log the same keys in the same order step after step: what followed a key before most likely follows it again,
        // and a comparison is cheaper than a hash.
        var successors = new List<int>();
        var previous = -1;
        for (var i = 0; i < samples.Count; i++)
        {
            var sample = samples[i];
            if (sample.Point.TimestampMs < 0) return NegativeTime(sample, i);
            var guess = previous < 0 ? -1 : successors[previous];
            if (guess < 0 || !string.Equals(_keys[guess], sample.Key, StringComparison.Ordinal))
            {
                if (sample.Key is null || !numbers.TryGetValue(sample.Key, out guess))
                {
                    if (RefuseKey(sample.Key, i, known, options) is { } error) return error;
                    guess = _keys.Count;
                    numbers.Add(sample.Key!, guess);
                    _keys.Add(sample.Key!);
                    _ends.Add(0);
                    successors.Add(guess);
                }

                if (previous >= 0) successors[previous] = guess;
            }

            places[i] = guess;
            _ends[guess]++;
            previous = guess;
        }

        return null;
    }

    private void Arrange(IReadOnlyList<MetricSample> samples, int[] places)
    {
        _points = ArrayPool<MetricPoint>.Shared.Rent(samples.Count);
        var next = ArrayPool<int>.Shared.Rent(_ends.Count);
        var start = 0;
        for (var group = 0; group < _ends.Count; group++)
        {
            next[group] = start;
            start += _ends[group];
            _ends[group] = start;
        }

        for (var i = 0; i < samples.Count; i++)
        {
            var point = samples[i].Point;
            // One NaN on disk, so that equal points are equal bits; see docs/formats/metric-points.md.
            _points[next[places[i]]++] = double.IsNaN(point.Value) ? point with { Value = double.NaN } : point;
        }

        ArrayPool<int>.Shared.Return(next);
    }

    private static Error? RefuseKey(string? key, int place, KeyDictionary known, TrackingOptions options) =>
        key is not null && known.TryNumber(key, out _)
            ? null
            : EntityName.Refuse(key, $"metrics[{place}].name", "Metric name", options.KeyLengthMax);

    private static Error NegativeTime(in MetricSample sample, int place)
    {
        var path = $"metrics[{place}].timestamp";
        return Error.Invalid(
            $"Invalid value {sample.Point.TimestampMs} for parameter '{path}' supplied: metric '{sample.Key}' "
            + $"(value={sample.Point.Value}). "
            + "Timestamp must be a nonnegative long (64-bit integer) ",
            path);
    }
}
