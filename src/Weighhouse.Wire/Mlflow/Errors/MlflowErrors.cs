using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Errors;

/// <summary>
/// The one place where our words for failures become MLflow's. Its client retries 408, 429, 500, 502, 503 and 504 for about four minutes,
/// so those answer only what waiting can cure.
/// </summary>
internal static class MlflowErrors
{
    public const string EndpointNotFound = "ENDPOINT_NOT_FOUND";
    public const string InvalidParameterValue = "INVALID_PARAMETER_VALUE";
    private const string HowClientsSignIn =
        "MLflow's client sends what MLFLOW_TRACKING_TOKEN says, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.";
    private const string RetryAfterSeconds = "1";

    public static (int Status, string Code) Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => (StatusCodes.Status400BadRequest, InvalidParameterValue),
        ErrorCode.NotFound => (StatusCodes.Status404NotFound, "RESOURCE_DOES_NOT_EXIST"),
        ErrorCode.AlreadyExists => (StatusCodes.Status400BadRequest, "RESOURCE_ALREADY_EXISTS"),
        ErrorCode.FailedPrecondition => (StatusCodes.Status400BadRequest, InvalidParameterValue),
        ErrorCode.Conflict => (StatusCodes.Status409Conflict, "RESOURCE_CONFLICT"),
        ErrorCode.Unauthenticated => (StatusCodes.Status401Unauthorized, "UNAUTHENTICATED"),
        ErrorCode.PermissionDenied => (StatusCodes.Status403Forbidden, "PERMISSION_DENIED"),
        ErrorCode.LimitExceeded => (StatusCodes.Status429TooManyRequests, "REQUEST_LIMIT_EXCEEDED"),
        ErrorCode.StorageFull => (StatusCodes.Status507InsufficientStorage, "RESOURCE_EXHAUSTED"),
        ErrorCode.NotSupported => (StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED"),
        ErrorCode.Unavailable => (StatusCodes.Status503ServiceUnavailable, "TEMPORARILY_UNAVAILABLE"),
        ErrorCode.Corrupted => (StatusCodes.Status500InternalServerError, "DATA_LOSS"),
        ErrorCode.Internal => (StatusCodes.Status500InternalServerError, "INTERNAL_ERROR"),
        _ => Invariant.Unreachable<(int, string)>(code),
    };

    public static Task WriteAsync(HttpContext http, Error error)
    {
        var (status, code) = Of(error.Code);
        Challenge.Add(http, error);
        if (error is { RetryAfter: null, Code: ErrorCode.Unavailable or ErrorCode.LimitExceeded })
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return WriteAsync(http, status, code, Worded(error));
    }

    /// <summary>A refusal begins with the words of MLflow's own, which scripts look for; ours say the cure.</summary>
    private static string Worded(Error error) => error.Code switch
    {
        ErrorCode.Unauthenticated => $"You are not authenticated. {error.Message} {HowClientsSignIn}",
        ErrorCode.PermissionDenied => "Permission denied. " + error.Message,
        _ => error.Message,
    };

    public static async Task WriteAsync(HttpContext http, int status, string code, string message)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, MlflowReply.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("error_code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }

        http.Response.StatusCode = status;
        await MlflowReply.SendJsonAsync(http, buffer);
    }
}
