using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;

namespace Weighhouse.Tracking.Runs;

/// <summary>Which metrics, params and tags the runs of an experiment have, deleted runs included.</summary>
internal sealed class RunKeyFinder(IDatabase database, TrackingOptions options)
{
    private static readonly (RunKeyKind Kind, SqlText Sql)[] Kinds =
    [
        (RunKeyKind.Metric, TrackingSql.Catalog["FindMetricKeys"]),
        (RunKeyKind.Param, TrackingSql.Catalog["FindParamKeys"]),
        (RunKeyKind.Tag, TrackingSql.Catalog["FindTagKeys"]),
    ];

    public async ValueTask<Result<RunKeys>> FindAsync(Principal caller, RunKeySearch search, CancellationToken cancellation)
    {
        if (search.Max < 1 || search.Max > options.KeysFoundMax)
            return Error.Invalid($"max is {search.Max}; it must be from 1 to {options.KeysFoundMax}. Search by more letters.", "max");
        if (PlainText.Refuse(search.Text, "text") is { } unfit) return unfit;
        return await database.ReadAsync<Result<RunKeys>>(
            async session =>
            {
                var found = await ExperimentTable.FindAsync(session, caller, search.Experiment, Permission.View);
                if (!found.TryGet(out var experiment, out var error)) return error;
                return await FindAsync(session, experiment, search);
            },
            cancellation);
    }

    private static async ValueTask<RunKeys> FindAsync(DbSession session, Experiment experiment, RunKeySearch search)
    {
        var keys = new List<RunKey>();
        var isComplete = true;
        foreach (var (kind, sql) in Kinds)
        {
            // One more than asked for tells whether there are more.
            var names = await session.Prepare(sql)
                .Bind("experiment_no", experiment.Id.Number).Bind("pattern", Containing(search.Text)).Bind("max", search.Max + 1L)
                .ListAsync(static row => row.Text(0));
            isComplete &= names.Count <= search.Max;
            keys.AddRange(names.Take(search.Max).Select(name => new RunKey(kind, name)));
        }

        return new RunKeys(keys, isComplete);
    }

    /// <summary>The pattern of LIKE for texts that contain this one: what LIKE reads as any characters is taken as it stands.</summary>
    private static string Containing(string? text) =>
        $"%{(text ?? "").Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
