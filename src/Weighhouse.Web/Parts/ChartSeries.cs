using System.Text.Json;
using Weighhouse.Tracking;

namespace Weighhouse.Web.Parts;

/// <summary>One line of a chart, as the element reads it.</summary>
/// <param name="Color">1 for the first of the page's series colours.</param>
public sealed record ChartSeries(string Run, string Key, string Name, int Color);

/// <param name="Summary">The last value of each series, for those without scripts.</param>
public sealed record ChartModel(string Name, IReadOnlyList<ChartSeries> Series, IReadOnlyList<MetricSummary?> Summary)
{
    public string SeriesJson => JsonSerializer.Serialize(Series, WebJson.Default.IReadOnlyListChartSeries);
}

/// <summary>Charts whose names begin alike: "val/loss" and "val/accuracy" under "val".</summary>
public sealed record ChartGroup(string Name, IReadOnlyList<ChartModel> Charts)
{
    private const string SystemMetrics = "system";

    /// <summary>What the machine measured is seldom what one came for.</summary>
    public bool IsOpen => Name != SystemMetrics;

    public static IReadOnlyList<ChartGroup> Of(IEnumerable<ChartModel> charts) =>
    [
        .. charts.GroupBy(chart => chart.Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? chart.Name[..slash] : "")
            .OrderBy(group => group.Key == SystemMetrics).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ChartGroup(group.Key, [.. group])),
    ];
}
