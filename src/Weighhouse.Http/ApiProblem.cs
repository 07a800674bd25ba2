using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>The native API's errors: RFC 9457 problem documents.</summary>
public static class ApiProblem
{
    public const string ContentType = "application/problem+json";

    public static IResult From(Error error) => new ProblemResult(error);

    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists => StatusCodes.Status409Conflict,
        ErrorCode.FailedPrecondition => StatusCodes.Status409Conflict,
        ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.LimitExceeded => StatusCodes.Status429TooManyRequests,
        ErrorCode.StorageFull => StatusCodes.Status507InsufficientStorage,
        ErrorCode.NotSupported => StatusCodes.Status501NotImplemented,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.Corrupted => StatusCodes.Status500InternalServerError,
        ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        _ => Invariant.Unreachable<int>(code),
    };

    /// <summary>The code as the wire spells it: "invalid_argument".</summary>
    public static string CodeOf(ErrorCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());

    public static Task WriteAsync(HttpContext context, Error error)
    {
        var status = StatusOf(error.Code);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        Challenge.Add(context, error);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status"u8, status);
            json.WriteString("detail"u8, error.Message);
            json.WriteString("code"u8, CodeOf(error.Code));
            if (error.Field is not null) json.WriteString("field"u8, error.Field);
            json.WriteString("requestId"u8, context.TraceIdentifier);
            json.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        return response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    private sealed class ProblemResult(Error error) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);
    }
}
