using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Hub;

/// <summary>What a client of hubs reads of a refusal: a word in a header, and a sentence for people.</summary>
internal static class HubErrors
{
    public const string RepositoryNotFound = "RepoNotFound";
    public const string RevisionNotFound = "RevisionNotFound";
    public const string EntryNotFound = "EntryNotFound";

    private const string CodeHeader = "X-Error-Code";

    public static Task WriteAsync(HttpContext http, Error error) => WriteAsync(http, error, null);

    /// <param name="code">What was not found, in the hub's word; null where that is not what went wrong.</param>
    public static Task WriteAsync(HttpContext http, Error error, string? code)
    {
        Challenge.Add(http, error);
        var response = http.Response;
        response.StatusCode = ApiProblem.StatusOf(error.Code);
        if (code is not null && error.Code is ErrorCode.NotFound or ErrorCode.InvalidArgument)
        {
            // A revision or a path that cannot be one is none: clients that look for an optional file go on after a 404 only.
            response.StatusCode = StatusCodes.Status404NotFound;
            response.Headers[CodeHeader] = code;
        }

        response.ContentType = "application/json";
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, error.Message);
            json.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted).AsTask();
    }
}
