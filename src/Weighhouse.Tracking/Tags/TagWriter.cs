using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Tags;

/// <summary>Writes tags of a run inside a unit of work, and keeps the run's name in step with the tag that repeats it.</summary>
internal static class TagWriter
{
    public const string RunNameKey = "mlflow.runName";

    private static readonly SqlText SetTag = TrackingSql.Catalog["SetTag"];
    private static readonly SqlText SetRunName = TrackingSql.Catalog["SetRunName"];

    /// <summary>
    /// The tags as they are stored: long values cut, of a key given twice the last, and no empty run name (MLflow ignores one).
    /// </summary>
    /// <param name="path">What the request calls the list, for messages.</param>
    public static Result<IReadOnlyList<Tag>> Check(IReadOnlyList<Tag> tags, TrackingOptions options, string path = "tags")
    {
        var kept = new List<Tag>(tags.Count);
        Dictionary<string, int>? places = null;
        for (var i = 0; i < tags.Count; i++)
        {
            var (key, value) = tags[i];
            if (EntityName.Refuse(key, $"{path}[{i}].key", $"{path}[{i}].key", options.KeyLengthMax) is { } refusal) return refusal;
            if (value is null) return Error.Invalid($"Missing value for required parameter '{path}[{i}].value'.", $"{path}[{i}].value");
            if (PlainText.Refuse(value, $"{path}[{i}].value") is { } unfit) return unfit;
            if (key == RunNameKey && value.Length == 0) continue;
            var tag = new Tag(key, PlainText.Cut(value, options.TagLengthMax));
            places ??= new Dictionary<string, int>(tags.Count, StringComparer.Ordinal);
            if (places.TryAdd(key, kept.Count)) kept.Add(tag);
            else kept[places[key]] = tag;
        }

        return kept;
    }

    /// <param name="tags">Checked, so no key twice.</param>
    /// <param name="keyNumbers">Each key's number, in order.</param>
    public static async ValueTask WriteAsync(DbSession session, RunHandle run, IReadOnlyList<Tag> tags, IReadOnlyList<long> keyNumbers)
    {
        await AddAsync(session, run, tags, keyNumbers);
        foreach (var tag in tags)
            if (tag.Key == RunNameKey)
                await session.Prepare(SetRunName).Bind("name", tag.Value).Bind("run_no", run.RunNo).ExecuteAsync();
    }

    /// <summary>As <see cref="WriteAsync"/>, for a new run that has its name already.</summary>
    public static async ValueTask AddAsync(DbSession session, RunHandle run, IReadOnlyList<Tag> tags, IReadOnlyList<long> keyNumbers)
    {
        if (tags.Count == 0) return;
        var rows = new Row[tags.Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = new Row(run.RunNo, keyNumbers[i], run.Experiment.Number, tags[i].Value);
        await session.ExecuteManyAsync(SetTag, rows, static (statement, row) => statement
            .Bind("run_no", row.RunNo).Bind("key_no", row.KeyNo).Bind("experiment_no", row.ExperimentNo).Bind("value", row.Value));
    }

    private readonly record struct Row(long RunNo, long KeyNo, long ExperimentNo, string Value);
}
