using System.ComponentModel;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Endpoints;

internal sealed record EnvelopesRequest(IReadOnlyList<ChartRequest>? Charts);

internal sealed record ChartRequest(
    IReadOnlyList<SeriesRequest>? Series,
    [property: Description("step, wall or relative; step when absent")] string? Axis,
    [property: Description("First x wanted; where the series begin when absent")] long? From,
    [property: Description("Last x wanted; where the series end when absent")] long? To,
    [property: Description("At most so many buckets; 1,200 when absent")] int? Buckets)
{
    public const int BucketsWhenAbsent = 1_200;

    public Result<EnvelopeQuery> ToQuery()
    {
        if (Series is null) return Error.Invalid("A chart has no series. Name its runs and keys.", "series");
        var series = new SeriesId[Series.Count];
        for (var i = 0; i < series.Length; i++)
        {
            if (Series[i] is not { Run: { } run, Key: { } key })
                return Error.Invalid($"series[{i}] lacks its run or its key.", $"series[{i}]");
            series[i] = new SeriesId(new RunId(run), key);
        }

        return ChartText.ToAxis(Axis).Map(axis => new EnvelopeQuery(series, axis, From, To, Buckets ?? BucketsWhenAbsent));
    }
}

internal sealed record SeriesRequest(string? Run, string? Key);

internal sealed record SparklinesRequest(
    IReadOnlyList<string>? Runs, IReadOnlyList<string>? Keys, [property: Description("At most 24, as when absent")] int? Buckets);

/// <summary>The words of charts.</summary>
internal static class ChartText
{
    public static Result<EnvelopeAxis> ToAxis(string? text) => text switch
    {
        null or "" or "step" => EnvelopeAxis.Step,
        "wall" => EnvelopeAxis.WallTimeMs,
        "relative" => EnvelopeAxis.RelativeTimeMs,
        _ => Error.Invalid($"'{text}' is not an axis: use step, wall or relative.", "axis"),
    };
}
