using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>What goes wrong with a server, in words that say what to do.</summary>
internal static class ServerProblem
{
    public static Error Of(RemoteAddress address, HttpResponseMessage answer, byte[] body)
    {
        var status = answer.StatusCode;
        ProblemView? problem = null;
        try
        {
            if (answer.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) is true)
                problem = JsonSerializer.Deserialize(body, VersioningJson.Default.ProblemView);
        }
        catch (JsonException)
        {
            // A proxy's page, perhaps: the status has to do.
        }

        if (answer.Headers.Location is { } elsewhere && (int)status is >= 300 and < 400)
        {
            return Error.Precondition(
                $"{address} answers that it is at {PlainText.Cut(elsewhere.ToString(), 200)}. A token is not carried there unasked: name "
                + "that address, if you trust it");
        }

        var code = CodeOf(problem?.Code, status);
        var message = problem?.Detail ?? $"{address.Server} answered {(int)status} {answer.ReasonPhrase}";
        if (code == ErrorCode.Unauthenticated)
            message += $" Sign in: weigh login --url {address.Server.GetLeftPart(UriPartial.Authority)}; or set WEIGH_TOKEN";
        if (problem is null && code == ErrorCode.NotFound)
            message = $"There is no Weighhouse server at {address.Server}: it answers 404 to {address.Door}";
        return new Error(code, message) { RetryAfter = answer.Headers.RetryAfter?.Delta };
    }

    public static Error Unreachable(RemoteAddress address, HttpRequestException exception) => new(
        ErrorCode.Unavailable, $"{address.Server} cannot be reached: {exception.InnerException?.Message ?? exception.Message}");

    public static Error Broken(RemoteAddress address, string why) =>
        new(ErrorCode.Unavailable, $"The connection to {address.Server} broke: {why}");

    public static Error NotOurs(RemoteAddress address, string why) =>
        new(ErrorCode.Internal, $"{address.Server} does not speak as a Weighhouse server does: {why}");

    public static Result<T> Read<T>(RemoteAddress address, byte[] body, JsonTypeInfo<T> json)
    {
        try
        {
            return JsonSerializer.Deserialize(body, json) is { } value ? value : NotOurs(address, "an answer is empty");
        }
        catch (JsonException)
        {
            return NotOurs(address, "an answer is not the JSON expected");
        }
    }

    private static ErrorCode CodeOf(string? code, HttpStatusCode status)
    {
        if (code is not null && Enum.TryParse<ErrorCode>(code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var named))
            return named;
        return status switch
        {
            HttpStatusCode.BadRequest => ErrorCode.InvalidArgument,
            HttpStatusCode.Unauthorized => ErrorCode.Unauthenticated,
            HttpStatusCode.Forbidden => ErrorCode.PermissionDenied,
            HttpStatusCode.NotFound => ErrorCode.NotFound,
            HttpStatusCode.Conflict => ErrorCode.Conflict,
            HttpStatusCode.TooManyRequests => ErrorCode.LimitExceeded,
            HttpStatusCode.InsufficientStorage => ErrorCode.StorageFull,
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                or HttpStatusCode.RequestTimeout => ErrorCode.Unavailable,
            _ => ErrorCode.Internal,
        };
    }
}
