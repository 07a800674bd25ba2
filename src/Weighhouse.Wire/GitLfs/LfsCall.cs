using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.GitLfs;

/// <summary>One request being answered.</summary>
internal sealed class LfsCall(HttpContext http, LfsBackend backend)
{
    public HttpContext Http => http;

    public IAliases Aliases => backend.Aliases;

    public ILocks Locks => backend.Locks;

    public GitLfsOptions Options => backend.Options;

    public ILogger Logger => backend.Logger;

    public Principal Caller { get; } = http.Caller();

    public CancellationToken Cancellation => http.RequestAborted;

    public string Repository => RouteText("repo");

    public Result<ContentAlias> Object => ContentAlias.Parse(AliasAlgorithm.Sha256, RouteText("oid"));

    public string RouteText(string name) => http.Request.RouteValues[name] as string ?? "";

    /// <summary>The size that the batch wrote into the address; null in an address it did not write.</summary>
    public Result<long?> Size => http.Request.Query.Long("size");

    public ValueTask<Result<T>> ReadAsync<T>(JsonTypeInfo<T> json)
        where T : class => JsonBody.ReadAsync(http, json, backend.Options.JsonBodyMaxBytes);

    /// <summary>An address of this repository's door, as the client reaches it.</summary>
    public string Address(string path)
    {
        var request = http.Request;
        var door = LfsRoutes.Prefix.Replace("{repo}", Repository, StringComparison.Ordinal);
        return $"{SchemeOf(request)}://{request.Host}{request.PathBase}{door}/{path}";
    }

    public Task OkAsync<T>(T value, JsonTypeInfo<T> json) => LfsReply.WriteAsync(http, StatusCodes.Status200OK, value, json);

    public Task RefuseAsync(Error error) => LfsErrors.WriteAsync(http, error);

    /// <summary>Where a missing repository is all that can be missing.</summary>
    public Task RefuseRepositoryAsync(Error error) => RefuseAsync(Content.RepositoryCure.AddTo(error, Repository));

    /// <summary>Behind a proxy that speaks TLS what follows must come through it again.</summary>
    private static string SchemeOf(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"].ToString().StartsWith("https", StringComparison.OrdinalIgnoreCase) ? "https" : request.Scheme;
}
