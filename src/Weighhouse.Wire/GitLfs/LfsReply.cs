using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Weighhouse.Wire.GitLfs;

internal static class LfsReply
{
    public static Task WriteAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> json)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = LfsErrors.ContentType;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
