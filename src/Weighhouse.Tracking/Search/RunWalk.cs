using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>
/// Walks an experiment (or all of the search's, from the newest run on) in the order of a search, along the index of its first term,
/// and stops when the page is full. Runs that are equal in a term are ordered by the next one: a few by sorting them, many by walking
/// again, along the next term's index and within the runs that are equal. Values come first, then NaN, then the runs that lack the term.
/// </summary>
internal sealed class RunWalk(RunReader reader, long? experiment)
{
    private readonly List<RunEntry> _found = [];

    /// <summary>Whether there is nothing more to do here: the page is full, or the search has turned out to have few candidates.</summary>
    private bool IsFull => _found.Count >= reader.Need || reader.Narrowing.IsFew;

    /// <summary>Whether an index leads through the runs in the order of the term.</summary>
    public static bool CanFollow(RunOrder order) => order.Terms.Count == 0 || CanFollow(order.Terms[0]);

    public async ValueTask<List<RunEntry>> CollectAsync()
    {
        await TermAsync(depth: 0, within: null, onPlace: reader.Query.After is not null);
        return _found;
    }

    private static bool CanFollow(FilterOrderTerm term) => IsStatus(term) || RunSource.Leads(term.Field);

    private static bool IsStatus(FilterOrderTerm term) => term.Field is { Entity: SearchVocabularies.Attribute, Key: "status" };

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
        else if (isStart) await FollowAsync(SourceOf(term), depth, within, onPlace);
        else if (IsStatus(term)) await StatusesAsync(term, depth, within, onPlace);
        else if (CanFollow(term)) await StagesAsync(term, depth, within, onPlace);
        else _found.AddRange(await reader.ScanAsync(experiment, within));
    }

    /// <summary>Values, then NaN, then lack.</summary>
    private async ValueTask StagesAsync(FilterOrderTerm term, int depth, RunSet? within, bool onPlace)
    {
        var place = onPlace ? reader.Query.After!.Values[depth] : (SortValue?)null;
        if (place is null or { IsValue: true }) await FollowAsync(SourceOf(term), depth, within, onPlace);
        if (IsFull) return;
        if (place is not { IsMissing: true })
            await TermAsync(depth + 1, Within(within, await reader.Sets.NanAsync(term.Field, experiment!.Value)), place is { IsNan: true });
        if (IsFull) return;
        await TermAsync(
            depth + 1, Within(within, await reader.Sets.LackingAsync(term.Field, experiment!.Value)), place is { IsMissing: true });
    }

    /// <summary>A run has one of five statuses: a set each, in the order of their names.</summary>
    private async ValueTask StatusesAsync(FilterOrderTerm term, int depth, RunSet? within, bool onPlace)
    {
        var statuses = (await reader.Sets.StatusesAsync(experiment!.Value))
            .Select(static status => (Name: SortValue.Of(RunFields.StatusName(status.Key)), Runs: status.Value)).ToList();
        statuses.Sort((a, b) => SortValue.Compare(a.Name, b.Name, term.Ascending));
        foreach (var (name, runs) in statuses)
        {
            if (IsFull) return;
            var compared = onPlace ? SortValue.Compare(name, PlaceAt(depth), term.Ascending) : 1;
            if (compared >= 0) await TermAsync(depth + 1, Within(within, runs), onPlace: compared == 0);
        }
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
            reader.Narrowing.NoteWalked(runNos.Count);
            var batch = new List<long>();
            foreach (var runNo in runNos)
            {
                if (IsFull) break;
                if (within?.Contains(runNo) is false || reader.Matching?.Contains(runNo) is false) continue;
                batch.Add(runNo);
                if (batch.Count >= BatchSize) await FlushAsync(batch, batch.Count);
            }

            await FlushAsync(batch, batch.Count);
            if (runNos.Count < limit) return;
            place = last;
            limit = Math.Max(limit, Math.Min(limit * 2, reader.Tuning.ChunkMax));
        }
    }

    private int BatchSize => reader.Narrowing.BatchFor(reader.Need - _found.Count);

    private int FirstChunk => Math.Max(reader.Tuning.ChunkMin, Math.Min(2 * reader.Need, reader.Tuning.ChunkMax));

    /// <summary>Reads an index in growing chunks of whole groups: runs of one group are equal in the term.</summary>
    private async ValueTask FollowAsync(RunSource source, int depth, RunSet? within, bool onPlace)
    {
        SortValue? from = onPlace ? PlaceAt(depth) : null;
        var inclusive = true;
        var limit = FirstChunk;
        while (!IsFull)
        {
            var rows = await source.NextAsync(from, inclusive, limit);
            reader.Narrowing.NoteWalked(rows.Count);
            var isLast = rows.Count < limit;
            var whole = isLast ? rows.Count : StartOfLastGroup(rows);
            if (whole == 0 && isLast) return;
            if (whole == 0)
            {
                whole = rows.Count;
                await GroupAsync(source, rows[0].Value, depth, within, onPlace && rows[0].Value == PlaceAt(depth));
            }
            else
            {
                await TakeAsync(rows, whole, depth, within, onPlace);
            }

            if (isLast) return;
            from = rows[whole - 1].Value;
            inclusive = false;
            limit = Math.Max(limit, Math.Min(limit * 2, reader.Tuning.ChunkMax));
        }
    }

    /// <summary>
    /// A group that fills a chunk is not read whole: most indexes have it by start, which is the last term of an order; otherwise the
    /// next term's index leads through it.
    /// </summary>
    private async ValueTask GroupAsync(RunSource source, SortValue value, int depth, RunSet? within, bool onPlace)
    {
        var isLast = depth + 1 == reader.Order.Terms.Count;
        if (isLast && source.HasStarts)
            await FollowAsync(source.Ties(value), depth + 1, within, onPlace);
        else await TermAsync(depth + 1, Within(within, await reader.Sets.ReadAsync(source.Group(value))), onPlace);
    }

    private RunSource SourceOf(FilterOrderTerm term) => RunSource.Of(reader, experiment!.Value, term);

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
                if (within?.Contains(rows[i].RunNo) is not false && reader.Matching?.Contains(rows[i].RunNo) is not false)
                    batch.Add(rows[i].RunNo);
            if (batch.Count - before > reader.Tuning.ReadAtOnceMax && depth < reader.Order.Terms.Count)
            {
                await FlushAsync(batch, before);
                var group = new RunSet();
                foreach (var runNo in batch) group.Add(runNo);
                batch.Clear();
                if (!IsFull) await TermAsync(depth + 1, group, onPlace && rows[start].Value == PlaceAt(depth));
            }
            else if (batch.Count >= BatchSize)
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
        await reader.Narrowing.LearnAsync(reader.Need - _found.Count);
    }
}
