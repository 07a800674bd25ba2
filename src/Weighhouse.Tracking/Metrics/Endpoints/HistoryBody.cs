using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weighhouse.Tracking.Metrics.Endpoints;

/// <summary>Writes a page of points straight to the response: 25,000 points make 1.5 MB of JSON and no garbage.</summary>
internal sealed class HistoryBody(Kernel.Page<MetricPoint> page) : IResult
{
    private const int FlushBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        var target = httpContext.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteStartArray("points"u8);
        foreach (var point in page.Items)
        {
            Write(json, point);
            if (json.BytesPending < FlushBytes) continue;
            json.Flush();
            if (!await FlushAsync(target, httpContext.RequestAborted)) return;
        }

        json.WriteEndArray();
        if (page.NextToken is not null) json.WriteString("nextPageToken"u8, page.NextToken);
        json.WriteEndObject();
        json.Flush();
        await FlushAsync(target, httpContext.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, in MetricPoint point)
    {
        json.WriteStartObject();
        if (double.IsFinite(point.Value)) json.WriteNumber("value"u8, point.Value);
        else json.WriteString("value"u8, double.IsNaN(point.Value) ? "NaN" : point.Value > 0 ? "Infinity" : "-Infinity");
        json.WriteNumber("step"u8, point.Step);
        json.WriteNumber("timeMs"u8, point.TimestampMs);
        json.WriteEndObject();
    }

    private static async ValueTask<bool> FlushAsync(PipeWriter target, CancellationToken cancellation)
    {
        var flushed = await target.FlushAsync(cancellation);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }
}
