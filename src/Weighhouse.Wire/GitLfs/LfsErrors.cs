using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.GitLfs;

/// <summary>The one place where our words for failures become Git LFS's.</summary>
internal static class LfsErrors
{
    public const string ContentType = "application/vnd.git-lfs+json";

    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.Conflict or ErrorCode.FailedPrecondition => StatusCodes.Status409Conflict,
        ErrorCode.LimitExceeded => StatusCodes.Status429TooManyRequests,
        ErrorCode.StorageFull => StatusCodes.Status507InsufficientStorage,
        ErrorCode.NotSupported => StatusCodes.Status501NotImplemented,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.Corrupted or ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        _ => Invariant.Unreachable<int>(code),
    };

    public static Task WriteAsync(HttpContext http, Error error)
    {
        Challenge.Add(http, error);
        // The client asks Git for a name and a password where this offers Basic.
        if (error.Code is ErrorCode.Unauthenticated) http.Response.Headers["LFS-Authenticate"] = "Basic realm=\"weighhouse\"";
        return WriteAsync(http, StatusOf(error.Code), error.Message);
    }

    public static Task WriteAsync(HttpContext http, int status, string message) =>
        LfsReply.WriteAsync(http, status, new LfsMessage(message, http.TraceIdentifier), LfsJson.Default.LfsMessage);
}
