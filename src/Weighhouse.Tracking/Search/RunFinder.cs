using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Search;

/// <summary>Searches runs. Which way is taken depends on the filter and the order; the answer does not.</summary>
internal sealed class RunFinder(
    IDatabase database, KeyDictionary dictionary, RunLoader loader, TrackingOptions options, SearchTuning tuning)
{
    public async ValueTask<Result<Page<Run>>> FindAsync(Principal caller, RunSearch search, CancellationToken cancellation)
    {
        if (!RunQuery.Of(search, options).TryGet(out var query, out var error)) return error;
        if (query.Experiments.Count == 0) return Page<Run>.Empty;
        return await database.ReadAsync<Result<Page<Run>>>(
            async session =>
            {
                var visible = await ExperimentTable.VisibleAsync(session, caller, query.Experiments);
                if (!visible.TryGet(out var experiments, out var refusal)) return refusal;
                if (experiments.Count == 0) return Page<Run>.Empty;
                return await FindAsync(session, query, [.. experiments.Select(static experiment => experiment.Id.Number)]);
            },
            cancellation);
    }

    private async ValueTask<Page<Run>> FindAsync(DbSession session, RunQuery query, IReadOnlyList<long> experiments)
    {
        var keys = await SearchKeys.ResolveAsync(session, dictionary, query.Filter, query.Order.Terms);
        var entries = await CollectAsync(new RunReader(session, query, experiments, keys, tuning), experiments);
        var isLast = entries.Count <= query.Size;
        var page = isLast ? entries : entries[..query.Size];
        var runs = await loader.LoadAsync(session, [.. page.Select(static entry => entry.RunNo)]);
        return new Page<Run>(runs, isLast ? null : query.Order.Encode(query.Text, page[^1]));
    }

    /// <summary>The page and one more, in order.</summary>
    private async ValueTask<List<RunEntry>> CollectAsync(RunReader reader, IReadOnlyList<long> experiments)
    {
        if (await reader.FewAsync() is { } few) return await reader.ReadAsync(few, experiment: null);
        await reader.PrepareAsync();
        var isMany = experiments.Count > tuning.WalkedExperimentsMax;
        if (isMany && reader.Order.Terms.Count == 0) return await WalkAsync(reader, [null]);
        if (isMany || !RunWalk.CanFollow(reader.Order)) return await reader.ScanAsync(experiment: null, within: null);
        return await WalkAsync(reader, [.. experiments.Select(static experiment => (long?)experiment)]);
    }

    private static async ValueTask<List<RunEntry>> WalkAsync(RunReader reader, IReadOnlyList<long?> experiments)
    {
        var found = new List<RunEntry>();
        foreach (var experiment in experiments)
        {
            var part = await new RunWalk(reader, experiment).CollectAsync();
            if (part.Count < reader.Need && reader.Narrowing.IsFew)
                return await reader.ReadAsync([.. reader.Matching!.Numbers()], experiment: null);
            found.AddRange(part);
        }

        if (experiments.Count > 1) found.Sort(reader.Order);
        return found;
    }
}
