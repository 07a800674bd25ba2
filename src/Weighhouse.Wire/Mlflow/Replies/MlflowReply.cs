using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Errors;

namespace Weighhouse.Wire.Mlflow.Replies;

/// <summary>What a handler answers. Success is always status 200: the client takes any other 2xx for a failure.</summary>
internal abstract class MlflowReply
{
    /// <summary>
    /// Quotes are written \" and apostrophes as they are, as Python's json does: clients and tests match messages by text. The content
    /// type and nosniff keep browsers from reading it as HTML.
    /// </summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private const string RequestIdHeader = "X-Request-Id";

    /// <summary><c>{}</c></summary>
    public static readonly MlflowReply Empty = new JsonReply<object?>(null, static (_, _) => { });

    public abstract Task WriteAsync(HttpContext http);

    /// <summary>An object whose members <paramref name="write"/> writes.</summary>
    public static MlflowReply Json<T>(T value, Action<Utf8JsonWriter, T> write) => new JsonReply<T>(value, write);

    /// <summary>The same of a result's value, or its error.</summary>
    public static MlflowReply Json<T>(Result<T> result, Action<Utf8JsonWriter, T> write) =>
        result.TryGet(out var value, out var error) ? new JsonReply<T>(value, write) : new ErrorReply(error);

    /// <summary><c>{}</c> or the result's error.</summary>
    public static MlflowReply Done<T>(Result<T> result) => result.Error is { } error ? new ErrorReply(error) : Empty;

    public static implicit operator MlflowReply(Error error) => new ErrorReply(error);

    public static async Task SendJsonAsync(HttpContext http, PooledBuffer buffer)
    {
        var response = http.Response;
        Head(response);
        response.ContentLength = buffer.Length;
        await response.Body.WriteAsync(buffer.Written, http.RequestAborted);
    }

    /// <summary>Takes back an answer begun but not sent; what the request's id says stays.</summary>
    public static void Restart(HttpContext http)
    {
        var requestId = http.Response.Headers[RequestIdHeader];
        http.Response.Clear();
        if (requestId.Count > 0) http.Response.Headers[RequestIdHeader] = requestId;
    }

    protected static void Head(HttpResponse response)
    {
        response.ContentType = "application/json";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private sealed class JsonReply<T>(T value, Action<Utf8JsonWriter, T> write) : MlflowReply
    {
        public override async Task WriteAsync(HttpContext http)
        {
            using var buffer = new PooledBuffer();
            using (var json = new Utf8JsonWriter(buffer, WriterOptions))
            {
                json.WriteStartObject();
                write(json, value);
                json.WriteEndObject();
            }

            await SendJsonAsync(http, buffer);
        }
    }

    private sealed class ErrorReply(Error error) : MlflowReply
    {
        public override Task WriteAsync(HttpContext http) => MlflowErrors.WriteAsync(http, error);
    }
}
