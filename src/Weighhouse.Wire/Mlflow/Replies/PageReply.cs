using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Mlflow.Replies;

/// <summary>A list under one name, then the next page's token. A long list leaves in pieces, so that it is never held twice.</summary>
/// <param name="head">Writes members before the list; null for none.</param>
internal sealed class PageReply<T>(
    string name, Page<T> page, Action<Utf8JsonWriter, T> write, Action<Utf8JsonWriter>? head = null) : MlflowReply
{
    private const int PieceBytes = 64 * 1024;

    public static MlflowReply Of(string name, Result<Page<T>> result, Action<Utf8JsonWriter, T> write) =>
        result.TryGet(out var page, out var error) ? new PageReply<T>(name, page, write) : error;

    public override async Task WriteAsync(HttpContext http)
    {
        using var buffer = new PooledBuffer();
        await using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        head?.Invoke(json);
        if (page.Items.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var item in page.Items)
            {
                write(json, item);
                if (buffer.Length + json.BytesPending > PieceBytes) await SendPieceAsync(http, buffer, json);
            }

            json.WriteEndArray();
        }

        if (page.NextToken is not null) json.WriteString("next_page_token"u8, page.NextToken);
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
        if (http.Response.HasStarted) await http.Response.Body.WriteAsync(buffer.Written, http.RequestAborted);
        else await SendJsonAsync(http, buffer);
    }

    private static async ValueTask SendPieceAsync(HttpContext http, PooledBuffer buffer, Utf8JsonWriter json)
    {
        await json.FlushAsync(http.RequestAborted);
        if (!http.Response.HasStarted) Head(http.Response);
        await http.Response.Body.WriteAsync(buffer.Written, http.RequestAborted);
        buffer.Clear();
    }
}
