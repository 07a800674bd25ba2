using System.Buffers;
using Weighhouse.Data;
using Weighhouse.Tracking.Metrics.Segments;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>
/// The rows that one batch adds: a tail segment and a summary for each series. Made before the unit, so that the writer only writes.
/// </summary>
internal sealed class SeriesRows
{
    private static readonly SqlText AddTailSegment = TrackingSql.Catalog["AddTailSegment"];
    private static readonly SqlText MergeMetricSummary = TrackingSql.Catalog["MergeMetricSummary"];

    private readonly Row[] _rows;

    private SeriesRows(Row[] rows) => _rows = rows;

    /// <param name="keyNumbers">Of each group.</param>
    public static SeriesRows Of(SampleGroups groups, ReadOnlySpan<long> keyNumbers)
    {
        var rows = new Row[groups.Keys.Count];
        for (var group = 0; group < rows.Length; group++)
        {
            var points = groups.Points(group);
            rows[group] = new Row(keyNumbers[group], SeriesSummary.Of(points), SegmentCodec.Encode(points));
        }

        // One order for everybody, so that two batches for the same series do not wait for each other.
        Array.Sort(rows, static (a, b) => a.KeyNo.CompareTo(b.KeyNo));
        return new SeriesRows(rows);
    }

    public async ValueTask WriteAsync(DbSession session, RunHandle run)
    {
        if (_rows.Length == 0) return;
        await session.ExecuteManyAsync(AddTailSegment, _rows, (statement, row) => statement
            .Bind("run_no", run.RunNo).Bind("key_no", row.KeyNo).Bind("point_count", (long)row.Summary.PointCount)
            .Bind("points", row.Segment));
        await session.ExecuteManyAsync(MergeMetricSummary, _rows, (statement, row) => BindSummary(statement, run, row));
    }

    private static void BindSummary(DbStatement statement, RunHandle run, in Row row)
    {
        var (latest, min, max) = (row.Summary.Latest, row.Summary.Min, row.Summary.Max);
        statement
            .Bind("run_no", run.RunNo).Bind("key_no", row.KeyNo).Bind("experiment_no", run.Experiment.Number).Bind("start_ms", run.StartMs)
            .Bind("latest", double.IsNaN(latest.Value) ? null : latest.Value)
            .Bind("latest_step", latest.Step).Bind("latest_ms", latest.TimestampMs)
            .Bind("min", min?.Value).Bind("min_step", min?.Step ?? 0).Bind("min_ms", min?.TimestampMs ?? 0)
            .Bind("max", max?.Value).Bind("max_step", max?.Step ?? 0).Bind("max_ms", max?.TimestampMs ?? 0)
            .Bind("point_count", (long)row.Summary.PointCount);
    }

    private readonly record struct Row(long KeyNo, SeriesSummary Summary, byte[] Segment);
}
