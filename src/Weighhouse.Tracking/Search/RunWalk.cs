using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// Walks an experiment (or all of the search's, from the newest run on) in the order of a search, along the index of its first term, and stops when the page is full. Runs that are
/// equal in a term are ordered by the next one: a few by sorting them, many by walking again, along the next term's index and within
/// the runs that are equal. Values come first, then NaN, then the runs that lack the term.
/// </summary>
internal sealed class RunWalk(RunReader reader, long? experiment)
{
    private readonly List<RunEntry> _found = [];

    private delegate ValueTask<List<(SortValue Value, long RunNo)>> Source(SortValue? from, bool inclusive, int limit);

    private bool IsFull => _found.Count >= reader.Need;

    /// <summary>Whether an index leads through the runs in the order of the term.</summary>
    public static bool CanFollow(RunOrder order) => order.Terms.Count == 0 || CanFollow(order.Terms[0]);

    public async ValueTask<List<RunEntry>> CollectAsync()
    {
        await TermAsync(depth: 0, within: null, onPlace: reader.Query.After is not null);
        return _found;
    }

    private static bool CanFollow(FilterOrderTerm term) =>
        term.Field.Entity is not SearchVocabularies.Attribute || term.Field.Key is "start_time";

    /// <param name="depth">How many terms are settled: the runs within are equal in them.</param>
    /// <param name="within">Null for all runs of the experiment.</param>
    /// <param name="onPlace">Whether the page before ended among these runs.</param>
    private async ValueTask TermAsync(int depth, RunSet? within, bool onPlace)
    {
        if (within is not null && reader.Matching is not null) within = RunSet.Intersect(within, reader.Matching);
        if (within is { IsComplement: false } && within.Count <= reader.Tuning.ReadAtOnceMax)
        {
            _found.AddRange(await reader.ReadAsync([.. within.Numbers()], experiment));
            return;
        }

        var term = depth < reader.Order.Terms.Count ? reader.Order.Terms[depth] : null;
        var isStart = term?.Field is { Entity: SearchVocabularies.Attribute, Key: "start_time" };
        if (term is null || (isStart && depth + 1 == reader.Order.Terms.Count))
            await FollowStartsAsync(ascending: term?.Ascending ?? false, within, onPlace);
        else if (isStart) await FollowAsync(StartsFrom(term.Ascending), depth, within, onPlace);
        else if (CanFollow(term)) await StagesAsync(term, depth, within, onPlace);
        else _found.AddRange(await reader.ScanAsync(experiment, within));
    }

    /// <summary>Values, then NaN, then lack.</summary>
    private async ValueTask StagesAsync(FilterOrderTerm term, int depth, RunSet? within, bool onPlace)
    {
        var place = onPlace ? reader.Query.After!.Values[depth] : (SortValue?)null;
        if (place is null or { IsValue: true }) await FollowAsync(ValuesOf(term), depth, within, onPlace);
        if (IsFull) return;
        var (having, nan) = await reader.KnownAsync(term.Field);
        if (place is not { IsMissing: true })
            await TermAsync(depth + 1, Within(within, nan), place is { IsNan: true });
        if (!IsFull) await TermAsync(depth + 1, Within(within, RunSet.Complement(having)), place is { IsMissing: true });
    }

    private static RunSet Within(RunSet? within, RunSet part) => within is null ? part : RunSet.Intersect(within, part);

    /// <summary>Runs by start and id, which is the end of every order and needs no sorting: the index has them so.</summary>
    private async ValueTask FollowStartsAsync(bool ascending, RunSet? within, bool onPlace)
    {
        var place = onPlace ? (reader.Query.After!.StartMs, reader.Query.After.RunId) : ((long StartMs, string RunId)?)null;
        var limit = FirstChunk;
        while (!IsFull)
        {
            var (runNos, last) = await reader.StartsAsync(experiment, ascending, place, limit);
            var batch = new List<long>();
            foreach (var runNo in runNos)
            {
                if (IsFull) break;
                if (within?.Contains(runNo) is false || reader.Matching?.Contains(runNo) is false) continue;
                batch.Add(runNo);
                if (batch.Count >= reader.Need - _found.Count) await FlushAsync(batch, batch.Count);
            }

            await FlushAsync(batch, batch.Count);
            if (runNos.Count < limit) return;
            place = last;
            limit = Math.Max(limit, Math.Min(limit * 4, reader.Tuning.ChunkMax));
            await reader.LearnAsync(_found.Count);
        }
    }

    private int FirstChunk => Math.Max(reader.Tuning.ChunkMin, Math.Min(2 * reader.Need, reader.Tuning.ChunkMax));

    /// <summary>Reads an index in growing chunks of whole groups: runs of one group are equal in the term.</summary>
    private async ValueTask FollowAsync(Source source, int depth, RunSet? within, bool onPlace)
    {
        SortValue? from = onPlace ? PlaceAt(depth) : null;
        var inclusive = true;
        var limit = FirstChunk;
        while (!IsFull)
        {
            var rows = await source(from, inclusive, limit);
            var isLast = rows.Count < limit;
            var whole = isLast ? rows.Count : StartOfLastGroup(rows);
            if (whole == 0 && isLast) return;
            if (whole == 0)
            {
                // One group fills the chunk: read on until its end is in sight.
                limit = checked(limit * 8);
                continue;
            }

            await TakeAsync(rows, whole, depth, within, onPlace);
            if (isLast) return;
            from = rows[whole - 1].Value;
            inclusive = false;
            limit = Math.Max(limit, Math.Min(limit * 4, reader.Tuning.ChunkMax));
            await reader.LearnAsync(_found.Count);
        }
    }

    private SortValue PlaceAt(int depth) => depth < reader.Order.Terms.Count
        ? reader.Query.After!.Values[depth]
        : SortValue.Of(reader.Query.After!.StartMs);

    private static int StartOfLastGroup(List<(SortValue Value, long RunNo)> rows)
    {
        var start = rows.Count - 1;
        while (start > 0 && rows[start - 1].Value == rows[start].Value) start--;
        return start;
    }

    /// <summary>Takes groups in order until the page is full; groups too large to sort are walked by the next term.</summary>
    private async ValueTask TakeAsync(List<(SortValue Value, long RunNo)> rows, int count, int depth, RunSet? within, bool onPlace)
    {
        var batch = new List<long>();
        for (var start = 0; start < count && !IsFull;)
        {
            var end = start + 1;
            while (end < count && rows[end].Value == rows[start].Value) end++;
            var before = batch.Count;
            for (var i = start; i < end; i++)
                if (within?.Contains(rows[i].RunNo) is not false && reader.Matching?.Contains(rows[i].RunNo) is not false) batch.Add(rows[i].RunNo);
            if (batch.Count - before > reader.Tuning.ReadAtOnceMax && depth < reader.Order.Terms.Count)
            {
                await FlushAsync(batch, before);
                var group = new RunSet();
                foreach (var runNo in batch) group.Add(runNo);
                batch.Clear();
                if (!IsFull) await TermAsync(depth + 1, group, onPlace && rows[start].Value == PlaceAt(depth));
            }
            else if (batch.Count >= reader.Need - _found.Count)
            {
                await FlushAsync(batch, batch.Count);
            }

            start = end;
        }

        if (!IsFull) await FlushAsync(batch, batch.Count);
    }

    private async ValueTask FlushAsync(List<long> batch, int count)
    {
        if (count == 0) return;
        _found.AddRange(await reader.ReadAsync(batch[..count], experiment));
        batch.RemoveRange(0, count);
    }

    private Source StartsFrom(bool ascending) => (from, inclusive, limit) =>
    {
        var draft = new SqlDraft(reader.Session.Engine)
            .Sql("SELECT r.start_ms, r.run_no FROM tracking_runs r WHERE r.experiment_no = ").Value(experiment!.Value)
            .Sql(RunReader.Lifecycle(reader.Query.View));
        if (from is { } place) draft.Sql($" AND r.start_ms {Beyond(ascending, inclusive)} ").Value((long)place.Number);
        return draft.Sql(ascending ? " ORDER BY r.start_ms" : " ORDER BY r.start_ms DESC").Sql(" LIMIT ").Value((long)limit)
            .Prepare(reader.Session, "FollowStarts").ListAsync(static row => (SortValue.Of(row.Long(0)), row.Long(1)));
    };

    private Source ValuesOf(FilterOrderTerm term) => term.Field.Entity is SearchVocabularies.Metric ? MetricsFrom(term) : HeadsFrom(term);

    private Source MetricsFrom(FilterOrderTerm term) => (from, inclusive, limit) =>
    {
        var column = $"m.{RunFields.MetricColumn(term.Field)}";
        var draft = Keyed($"SELECT {column}, m.run_no FROM tracking_metrics m", term).Sql($" AND {column} IS NOT NULL");
        if (from is { } place) draft.Sql($" AND {column} {Beyond(term.Ascending, inclusive)} ").Value(place.Number);
        return Ordered(draft, column, term, limit).ListAsync(static row => (SortValue.Of(row.Double(0)), row.Long(1)));
    };

    private Source HeadsFrom(FilterOrderTerm term) => (from, inclusive, limit) =>
    {
        var table = term.Field.Entity is SearchVocabularies.Param ? "tracking_params" : "tracking_tags";
        var draft = Keyed($"SELECT m.head, m.run_no FROM {table} m", term);
        if (from is { } place) draft.Sql($" AND m.head {Beyond(term.Ascending, inclusive)} ").Value(place.Text);
        return Ordered(draft, "m.head", term, limit).ListAsync(static row => (SortValue.Of(row.Text(0)), row.Long(1)));
    };

    private SqlDraft Keyed(string select, FilterOrderTerm term) => new SqlDraft(reader.Session.Engine)
        .Sql(select).Sql(" WHERE m.experiment_no = ").Value(experiment!.Value).Sql(" AND m.key_no = ").Value(reader.Keys.Of(term.Field.Key));

    private DbStatement Ordered(SqlDraft draft, string column, FilterOrderTerm term, int limit) =>
        draft.Sql($" ORDER BY {column}{(term.Ascending ? "" : " DESC")} LIMIT ").Value((long)limit).Prepare(reader.Session, "FollowValues");

    private static string Beyond(bool ascending, bool inclusive) => (ascending, inclusive) switch
    {
        (true, true) => ">=",
        (true, false) => ">",
        (false, true) => "<=",
        (false, false) => "<",
    };
}
