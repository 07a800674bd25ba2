using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary>One thing said of several runs.</summary>
internal sealed record ComparedValue(string What, IReadOnlyList<string?> Values, bool Differs);

internal static class RunComparison
{
    public static IReadOnlyList<ComparedValue> Of(IReadOnlyList<Run> runs) =>
    [
        Row("status", runs, run => run.Status),
        Row("started", runs, run => Output.Time(run.StartMs)),
        .. Rows("params", runs, run => run.Params.Keys, (run, key) => run.Params.GetValueOrDefault(key)),
        .. Rows("metrics", runs, run => run.Metrics.Keys,
        (run, key) => run.Metrics.TryGetValue(key, out var metric) ? Output.Number(metric.Latest.Value) : null),
        .. Rows("tags", runs, run => run.Tags.Keys, (run, key) => run.Tags.GetValueOrDefault(key)),
    ];

    private static IEnumerable<ComparedValue> Rows(
        string kind, IReadOnlyList<Run> runs, Func<Run, IEnumerable<string>> keys, Func<Run, string, string?> value) =>
        runs.SelectMany(keys).Distinct().Order(StringComparer.Ordinal).Select(key => Row($"{kind}.{key}", runs, run => value(run, key)));

    private static ComparedValue Row(string what, IReadOnlyList<Run> runs, Func<Run, string?> value)
    {
        var values = runs.Select(value).ToArray();
        return new ComparedValue(what, values, values.Distinct().Count() > 1);
    }
}
