using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Experiments;

/// <summary>
/// Pages of rows for the runs table's script: only the columns in sight, as arrays, so that thousands of keys cost nothing.
/// </summary>
internal static class RunRows
{
    private const int SizeDefault = 100;
    private const int SizeMax = 1_000;
    private const int BytesPerRow = 256;

    public static async ValueTask<IResult> AnswerAsync(PageCall call)
    {
        if (!ExperimentId.TryParse(call.Route("id"), out var experiment))
            return ApiProblem.From(Error.NotFound("There is no such experiment."));
        var asked = call.Http.Request.Query.Int("size", SizeDefault, 1, SizeMax);
        if (!asked.TryGet(out var size, out var error)) return ApiProblem.From(error);
        var question = RunQuestion.Of(call, experiment);
        var found = await call.Get<IRuns>().SearchAsync(call.Caller, question.ToSearch(size), call.Cancellation);
        return found.TryGet(out var page, out error)
            ? new RowsResult(page, [.. (question.Columns ?? []).Select(ColumnOf)])
            : ApiProblem.From(error);
    }

    private static RunColumn ColumnOf(string id)
    {
        var kind = id.Split('.')[0] switch { "metrics" => "metric", "params" => "param", "tags" => "tag", _ => "attribute" };
        return new RunColumn(id, kind, "");
    }

    private sealed class RowsResult(Page<Run> page, IReadOnlyList<RunColumn> columns) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var buffer = new ArrayBufferWriter<byte>(1_024 + page.Items.Count * BytesPerRow);
            using (var json = new Utf8JsonWriter(buffer)) Write(json);
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.ContentLength = buffer.WrittenCount;
            httpContext.Response.Headers.CacheControl = "private, no-cache";
            return httpContext.Response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted).AsTask();
        }

        private void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("next"u8, page.NextToken);
            json.WriteStartArray("rows"u8);
            foreach (var run in page.Items)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, run.Info.Id.Text);
                json.WriteString("name"u8, run.Info.Name);
                json.WriteString("status"u8, run.Info.Status.ToString());
                json.WriteStartArray("cells"u8);
                foreach (var column in columns) RunCell.Write(json, run, column);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
