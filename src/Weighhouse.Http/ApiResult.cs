using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>From an operation's result to the native API's answer.</summary>
public static class ApiResult
{
    /// <summary>200 with the value as JSON, or the problem.</summary>
    public static IResult Ok<T>(Result<T> result, JsonTypeInfo<T> json) =>
        result.TryGet(out var value, out var error) ? Results.Json(value, json) : ApiProblem.From(error);

    /// <summary>201 with the value as JSON and where it can be found, or the problem.</summary>
    public static IResult Created<T>(Result<T> result, JsonTypeInfo<T> json, Func<T, string> location) =>
        result.TryGet(out var value, out var error) ? new CreatedResult<T>(value, json, location(value)) : ApiProblem.From(error);

    /// <summary>204, or the problem.</summary>
    public static IResult Empty<T>(Result<T> result) =>
        result.Error is { } error ? ApiProblem.From(error) : Results.NoContent();

    private sealed class CreatedResult<T>(T value, JsonTypeInfo<T> json, string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.Headers.Location = location;
            return httpContext.Response.WriteAsJsonAsync(value, json, contentType: null, httpContext.RequestAborted);
        }
    }
}
