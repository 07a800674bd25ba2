using Weighhouse.Tracking;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Experiments;

/// <summary>A column of a runs table, as the element reads it.</summary>
/// <param name="Id">As the search grammar names it, unquoted: "metrics.val/loss".</param>
/// <param name="Kind">"attribute", "metric", "param" or "tag".</param>
/// <param name="IsFixed">The server cannot sort by it.</param>
public sealed record RunColumn(string Id, string Kind, string Label, bool IsFixed = false)
{
    internal string Key => Id[(Id.IndexOf('.', StringComparison.Ordinal) + 1)..];

    internal bool BeginsDescending => Kind is "metric" || Id is "attributes.start_time";

    internal bool IsNumber => Kind is "metric" || Id is "attributes.duration";
}

/// <summary>Which columns the runs at hand have, and which are shown unless somebody chose.</summary>
internal static class RunColumns
{
    /// <summary>Keys offered to choose from; a run may have thousands, and the page carries their names.</summary>
    private const int KeysMax = 2_000;
    private const int MetricsShown = 5;
    private const int ParamsShown = 5;
    private const string OwnTags = "mlflow.";

    private static readonly string[] AttributesShown = ["attributes.start_time", "attributes.duration", "attributes.user_id"];

    public static IReadOnlyList<RunColumn> Of(IReadOnlyList<Run> runs, PageWords words)
    {
        var columns = new List<RunColumn>
        {
            new("attributes.start_time", "attribute", words["run.started"]),
            new("attributes.duration", "attribute", words["run.duration"], IsFixed: true),
            new("attributes.user_id", "attribute", words["run.user"]),
            new("attributes.status", "attribute", words["run.status"]),
            new("attributes.end_time", "attribute", words["run.ended"]),
            new("attributes.run_id", "attribute", words["run.id"]),
        };
        Add(columns, runs.SelectMany(run => run.Metrics.Select(metric => metric.Key)), "metrics", "metric");
        Add(columns, runs.SelectMany(run => run.Params.Select(param => param.Key)), "params", "param");
        Add(columns, runs.SelectMany(run => run.Tags.Select(tag => tag.Key))
            .Where(key => !key.StartsWith(OwnTags, StringComparison.Ordinal)), "tags", "tag");
        return columns;
    }

    /// <summary>The columns asked for, else: when and who, the metrics most runs have, the params in which runs differ.</summary>
    public static IReadOnlyList<string> Shown(IReadOnlyList<RunColumn> columns, IReadOnlyList<string>? chosen, IReadOnlyList<Run> runs)
    {
        if (chosen is not null) return [.. chosen.Where(id => columns.Any(column => column.Id == id))];
        var metrics = runs.SelectMany(run => run.Metrics)
            .Where(metric => !metric.Key.StartsWith("system/", StringComparison.Ordinal))
            .GroupBy(metric => metric.Key, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Max(metric => metric.PointCount))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(MetricsShown).Select(group => "metrics." + group.Key);
        var parameters = runs.SelectMany(run => run.Params)
            .GroupBy(param => param.Key, StringComparer.Ordinal)
            .Where(group => runs.Count == 1 || group.Count() < runs.Count
                || group.Select(param => param.Value).Distinct(StringComparer.Ordinal).Count() > 1)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(ParamsShown).Select(group => "params." + group.Key);
        return [.. AttributesShown, .. metrics, .. parameters];
    }

    private static void Add(List<RunColumn> columns, IEnumerable<string> keys, string entity, string kind) => columns.AddRange(
        keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(KeysMax)
            .Select(key => new RunColumn($"{entity}.{key}", kind, key)));
}
