using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Reading;
using Weighhouse.Tracking.Metrics.Segments;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Metrics.History;

/// <summary>
/// The points of a series by (time, step, value), a page at a time. Blocks lie in the order of steps, which almost always is the order
/// of times too: a page then reads the blocks it shows and one more.
/// </summary>
internal sealed class HistoryReader(IDatabase database, KeyDictionary keys, TrackingOptions options)
{
    private static readonly SqlText ListBlocksFrom = TrackingSql.Catalog["ListBlocksFrom"];

    public async ValueTask<Result<Page<MetricPoint>>> ReadAsync(
        Principal caller, RunId run, string key, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.HistoryPageMax)
            return Error.Invalid($"The page size is {page.Size}; it must be from 1 to {options.HistoryPageMax}.", "max_results");
        var query = $"history\n{run}\n{key}";
        MetricPoint? after = null;
        if (page.Token is { Length: > 0 } token)
        {
            if (!PageToken.Decode(query, token, 3).TryGet(out var values, out var error)) return error;
            if (ParsePoint(values) is not { } point)
                return Error.Invalid(
                    "Invalid page_token: it is not one this query returned. Start again without page_token.", "page_token");
            after = point;
        }

        return await database.ReadAsync(session => ReadAsync(session, caller, run, key, (query, after, page.Size)), cancellation);
    }

    private async ValueTask<Result<Page<MetricPoint>>> ReadAsync(
        DbSession session, Principal caller, RunId run, string key, (string Query, MetricPoint? After, int Size) page)
    {
        var found = await RunHandle.FindAsync(session, caller, run, Permission.View);
        if (!found.TryGet(out var handle, out var error)) return error;
        if (await keys.FindAsync(session, key) is not { } keyNo) return Page<MetricPoint>.Empty;
        using var points = new PointBuffer(page.Size + 1);
        // One more than the page tells whether there is another page.
        var series = new SeriesKey(handle.RunNo, keyNo);
        if (await CollectAsync(session, series, page.After, page.Size + 1, points) is { } failure) return failure;
        if (points.Count <= page.Size) return new Page<MetricPoint>(points.Points.ToArray(), null);
        var last = points.Points[page.Size - 1];
        var token = PageToken.Encode(page.Query, Text(last.TimestampMs), Text(last.Step), Text(PointOrder.OfValue(last.Value)));
        return new Page<MetricPoint>(points.Points[..page.Size].ToArray(), token);
    }

    /// <summary>Appends the first so many points after a place, sorted and each once.</summary>
    private static async ValueTask<Error?> CollectAsync(
        DbSession session, SeriesKey series, MetricPoint? after, int count, PointBuffer target)
    {
        using var tail = new PointBuffer();
        var taken = await StoredPoints.ReadTailAsync(session, series, tail);
        if (taken.IsFailure) return taken.Error;
        KeepAfter(tail, 0, after);
        tail.SortDistinct(PointOrder.ByTime);

        using var compacted = new PointBuffer(count);
        var blocks = await session.Prepare(ListBlocksFrom).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo)
            .Bind("from_ms", after?.TimestampMs ?? long.MinValue)
            .ListAsync(static row => new BlockStart(row.Long(0), row.Long(1), row.Long(2)));
        foreach (var block in blocks)
        {
            if (compacted.Count >= count && IsSettled(compacted, count, block)) break;
            var before = compacted.Count;
            if (await StoredPoints.ReadBlockAsync(session, block.BlockNo, compacted) is { } error) return error;
            KeepAfter(compacted, before, after);
        }

        compacted.SortDistinct(PointOrder.ByTime);
        target.AddMerged(compacted.Points, tail.Points, PointOrder.ByTime);
        if (target.Count > count) target.Shrink(count);
        return null;
    }

    /// <summary>
    /// Whether the first so many points are here: no point of the next block or a later one comes before its earliest time at its first
    /// step. Forgets points beyond them, so that memory stays a page and a block.
    /// </summary>
    private static bool IsSettled(PointBuffer points, int count, BlockStart next)
    {
        points.SortDistinct(PointOrder.ByTime);
        if (points.Count > count) points.Shrink(count);
        var last = points.Points[^1];
        return last.TimestampMs != next.LowMs ? last.TimestampMs < next.LowMs : last.Step < next.FirstStep;
    }

    private static void KeepAfter(PointBuffer points, int start, MetricPoint? after)
    {
        if (after is not { } place) return;
        var all = points.Points;
        var kept = start;
        for (var i = start; i < all.Length; i++)
            if (PointOrder.CompareByTime(in all[i], in place) > 0) all[kept++] = all[i];
        points.Shrink(kept);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static MetricPoint? ParsePoint(string?[] values) =>
        long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
        && long.TryParse(values[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)
        && long.TryParse(values[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var order)
            ? new MetricPoint(PointOrder.ValueOf(order), time, step)
            : null;

    private readonly record struct BlockStart(long BlockNo, long LowMs, long FirstStep);
}
