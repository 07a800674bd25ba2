using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Pages;

/// <summary>What a person sees instead of a page: not found, not allowed, a fault, each with the request's id.</summary>
internal static class ErrorPages
{
    public static IResult From(PageCall call, Error error)
    {
        if (call.AcceptsJson) return ApiProblem.From(error);
        var status = ApiProblem.StatusOf(error.Code);
        var title = call.Words[$"error.{TitleOf(error.Code)}"];
        return call.Show<ErrorPage>(PageHead.Of(title), new ErrorModel(status, title, error), status);
    }

    /// <summary>For refusals before a handler ran and faults after it.</summary>
    public static Task WriteAsync(HttpContext context, Error error) => From(new PageCall(context), error).ExecuteAsync(context);

    private static string TitleOf(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => "notFound",
        ErrorCode.PermissionDenied or ErrorCode.Unauthenticated => "denied",
        ErrorCode.LimitExceeded or ErrorCode.Unavailable or ErrorCode.StorageFull => "busy",
        ErrorCode.Internal or ErrorCode.Corrupted => "fault",
        _ => "refused",
    };
}

public sealed record ErrorModel(int Status, string Title, Error Error);
