using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Models;

/// <summary>What a write to a logged model has to know of it.</summary>
internal sealed record ModelHandle(long ModelNo, ExperimentId Experiment, string Project);

/// <summary>Reads logged models inside a session, any number of them with the same few statements.</summary>
internal static class ModelTable
{
    private static readonly SqlText FindModel = TrackingSql.Catalog["FindModel"];
    private static readonly SqlText LoadModels = TrackingSql.Catalog["LoadModels"];
    private static readonly SqlText LoadModelParams = TrackingSql.Catalog["LoadModelParams"];
    private static readonly SqlText LoadModelTags = TrackingSql.Catalog["LoadModelTags"];
    private static readonly SqlText LoadModelMetrics = TrackingSql.Catalog["LoadModelMetrics"];

    /// <summary>The model, when it is not deleted and the caller holds the permission on its experiment.</summary>
    public static async ValueTask<Result<ModelHandle>> FindAsync(
        DbSession session, Principal caller, LoggedModelId id, Permission permission)
    {
        if (id.Text is null || PlainText.Refuse(id.Text, "model_id") is not null) return NotFound(id);
        var handle = await session.Prepare(FindModel).Bind("model_id", id.Text)
            .FirstAsync(static row => new ModelHandle(row.Long(0), new ExperimentId(row.Long(1)), row.Text(2)));
        if (handle is null) return NotFound(id);
        return caller.Refuse(permission, Scope.Experiment(handle.Project, handle.Experiment)) is { } refusal ? refusal : handle;
    }

    public static Error NotFound(LoggedModelId id) => Error.NotFound($"Logged model with ID '{id}' not found.");

    public static async ValueTask<LoggedModel> LoadAsync(DbSession session, long modelNo) => (await LoadAsync(session, [modelNo]))[0];

    /// <summary>The models in the order of their numbers given.</summary>
    public static async ValueTask<IReadOnlyList<LoggedModel>> LoadAsync(DbSession session, IReadOnlyList<long> modelNos)
    {
        if (modelNos.Count == 0) return [];
        var list = NumberList.Write(session.Engine, modelNos);
        var models = new Dictionary<long, LoggedModel>(modelNos.Count);
        await session.Prepare(LoadModels).Bind("model_nos", list).ForEachAsync(row =>
        {
            models.Add(row.Long(0), ReadModel(row));
            return true;
        });
        var parameters = await GroupAsync(session, LoadModelParams, list, static row => new Param(row.Text(1), row.Text(2)));
        var tags = await GroupAsync(session, LoadModelTags, list, static row => new Tag(row.Text(1), row.Text(2)));
        var metrics = await GroupAsync(session, LoadModelMetrics, list, ReadMetric);
        return
        [
            .. modelNos.Where(models.ContainsKey).Select(modelNo => models[modelNo] with
            {
                Params = parameters.GetValueOrDefault(modelNo) ?? [],
                Tags = tags.GetValueOrDefault(modelNo) ?? [],
                Metrics = metrics.GetValueOrDefault(modelNo) ?? [],
            }),
        ];
    }

    private static async ValueTask<Dictionary<long, List<T>>> GroupAsync<T>(
        DbSession session, SqlText sql, string list, Func<DbRow, T> read)
    {
        var groups = new Dictionary<long, List<T>>();
        await session.Prepare(sql).Bind("model_nos", list).ForEachAsync(row =>
        {
            if (!groups.TryGetValue(row.Long(0), out var group)) groups.Add(row.Long(0), group = []);
            group.Add(read(row));
            return true;
        });
        return groups;
    }

    private static LoggedModel ReadModel(DbRow row) => new(
        new LoggedModelId(row.Text(1)), new ExperimentId(row.Long(2)), row.Text(3), row.Text(4), row.Long(5), row.Long(6), row.Text(7),
        (LoggedModelStatus)row.Long(8), row.TextOrNull(9), row.Text(10), row.TextOrNull(11) is { } run ? new RunId(run) : null, [], [], []);

    private static LoggedModelMetric ReadMetric(DbRow row) => new(
        row.Text(1), new MetricPoint(row.DoubleOrNull(2) ?? double.NaN, row.Long(3), row.Long(4)), new RunId(row.Text(5)),
        row.Text(6) is { Length: > 0 } name ? name : null, row.Text(7) is { Length: > 0 } digest ? digest : null);
}
