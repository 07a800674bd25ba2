using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Experiments;

/// <summary>The value of a run in a column, for the page and for the script.</summary>
internal static class RunCell
{
    /// <summary>Texts of a table are cut: the run's own page has all of it.</summary>
    private const int TextLengthMax = 200;

    public static RenderFragment Draw(Run run, RunColumn column) => column.Id switch
    {
        "attributes.start_time" => builder => builder.AddContent(0, Pages.Draw.Time(run.Info.StartMs)),
        "attributes.end_time" => builder => builder.AddContent(0, Pages.Draw.Time(run.Info.EndMs)),
        _ => builder => builder.AddContent(0, Text(run, column)),
    };

    private static string Text(Run run, RunColumn column) => Find(run, column) switch
    {
        null => "–",
        double number => FormatText.Value(number),
        long duration => FormatText.Duration(duration),
        var text => (string)text,
    };

    public static void Write(Utf8JsonWriter json, Run run, RunColumn column)
    {
        switch (Find(run, column))
        {
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case string text:
                json.WriteStringValue(text.Length <= TextLengthMax ? text : text[..TextLengthMax] + "…");
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>A double for a metric, a long for a time or a duration, a text for the rest, null for nothing.</summary>
    private static object? Find(Run run, RunColumn column) => column.Kind switch
    {
        "metric" => run.Metrics.FirstOrDefault(metric => metric.Key == column.Key)?.Latest.Value,
        "param" => run.Params.Where(param => param.Key == column.Key).Select(param => param.Value).FirstOrDefault(),
        "tag" => run.Tags.Where(tag => tag.Key == column.Key).Select(tag => tag.Value).FirstOrDefault(),
        _ => Attribute(run.Info, column.Key),
    };

    private static object? Attribute(RunInfo info, string key) => key switch
    {
        "start_time" => info.StartMs,
        "end_time" => info.EndMs,
        "duration" => info.EndMs is { } end ? end - info.StartMs : null,
        "user_id" => info.User,
        "status" => info.Status.ToString(),
        "run_id" => info.Id.Text,
        _ => null,
    };
}
