using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>From the bytes of a request to its fields.</summary>
internal static class RequestBody
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Null when the content type is one MLflow takes. It asks it of POST and PUT alone.</summary>
    public static Error? CheckContentType(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) && !HttpMethods.IsPut(request.Method)) return null;
        if (request.ContentType is not { } contentType) return Error.Invalid("Bad Request. Content-Type header is missing.");
        var media = contentType.AsSpan();
        if (media.IndexOf(';') is >= 0 and var end) media = media[..end];
        return media.Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase)
            ? null
            : Error.Invalid("Bad Request. Content-Type must be one of ['application/json'].");
    }

    public static ValueTask<Result<PooledBody>> ReadAsync(HttpContext http, int maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = maxBytes;
        return PooledBody.ReadAsync(http, maxBytes);
    }

    /// <summary>The body as an object's document: an empty one or null has no fields; one encoded twice is decoded twice.</summary>
    public static Result<JsonDocument> Parse(ReadOnlyMemory<byte> body, int depthMax)
    {
        if (body.Span.StartsWith(ByteOrderMark)) body = body[ByteOrderMark.Length..];
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) return JsonDocument.Parse("{}"u8.ToArray());
        var parsed = ParseOnce(body, depthMax);
        if (!parsed.TryGet(out var document, out var error)) return error;
        if (document.RootElement.ValueKind is not JsonValueKind.String) return Object(document);
        using (document)
        {
            if (!TryDecode(document.RootElement, out var inner)) return Malformed("the text inside the string is not well-formed Unicode");
            return ParseOnce(Encoding.UTF8.GetBytes(inner), depthMax).TryGet(out var decoded, out error) ? Object(decoded) : error;
        }
    }

    private static Result<JsonDocument> ParseOnce(ReadOnlyMemory<byte> body, int depthMax)
    {
        var options = new JsonDocumentOptions { MaxDepth = depthMax };
        try
        {
            return JsonDocument.Parse(body, options);
        }
        catch (JsonException exception)
        {
            if (BareNumbers.Quote(body.Span) is not { } quoted) return Malformed(exception);
            try
            {
                return JsonDocument.Parse(quoted, options);
            }
            catch (JsonException)
            {
                return Malformed(exception);
            }
        }
    }

    private static Result<JsonDocument> Object(JsonDocument document)
    {
        var kind = document.RootElement.ValueKind;
        if (kind is JsonValueKind.Object) return document;
        document.Dispose();
        return kind is JsonValueKind.Null
            ? JsonDocument.Parse("{}"u8.ToArray())
            : Malformed($"its root is of kind {kind}; send an object");
    }

    private static bool TryDecode(JsonElement element, out string text)
    {
        text = "";
        try
        {
            text = element.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            // The reader's only way to say that the bytes or escapes are not well-formed Unicode.
            return false;
        }
    }

    private static Error Malformed(JsonException exception) => Malformed(
        $"it stops being JSON in line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}, or is nested too deeply");

    private static Error Malformed(string why) => Error.Invalid($"Malformed request body: {why}.");
}
