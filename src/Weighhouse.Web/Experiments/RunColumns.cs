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

/// <summary>Which columns a table of runs may have, and which are shown unless somebody chose.</summary>
internal static class RunColumns
{
    private const int MetricsShown = 5;
    private const int ParamsShown = 5;

    private static readonly string[] AttributesShown = ["attributes.start_time", "attributes.duration", "attributes.user_id"];

    /// <summary>What every run has, the keys that are known, and the columns to be shown, known or not.</summary>
    public static IReadOnlyList<RunColumn> Of(IEnumerable<RunKey> keys, IReadOnlyList<string> shown, PageWords words)
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
        columns.AddRange(keys.Select(Of));
        var known = columns.Select(column => column.Id).ToHashSet(StringComparer.Ordinal);
        columns.AddRange(shown.Where(known.Add).Select(OfId).OfType<RunColumn>());
        return columns;
    }

    public static RunColumn Of(RunKey key) => key.Kind switch
    {
        RunKeyKind.Metric => new RunColumn($"metrics.{key.Name}", "metric", key.Name),
        RunKeyKind.Param => new RunColumn($"params.{key.Name}", "param", key.Name),
        _ => new RunColumn($"tags.{key.Name}", "tag", key.Name),
    };

    /// <summary>A column by its id alone; null for what names no metric, param or tag.</summary>
    private static RunColumn? OfId(string id)
    {
        var dot = id.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || dot == id.Length - 1) return null;
        var name = id[(dot + 1)..];
        return id[..dot] switch
        {
            "metrics" => Of(new RunKey(RunKeyKind.Metric, name)),
            "params" => Of(new RunKey(RunKeyKind.Param, name)),
            "tags" => Of(new RunKey(RunKeyKind.Tag, name)),
            _ => null,
        };
    }

    /// <summary>The columns to show unless somebody chose: when and who, the metrics most runs have, the params in which runs
    /// differ.</summary>
    public static IReadOnlyList<string> Best(IReadOnlyList<Run> runs)
    {
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
}
