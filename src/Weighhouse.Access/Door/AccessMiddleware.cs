using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>
/// The door every request passes: whose browser is it, who is asking, how often, and may they call this endpoint at all. What they may do
/// with which object is asked again by the operation behind.
/// </summary>
internal sealed class AccessMiddleware : IMiddleware, IDisposable
{
    private const string SignInPath = "/sign-in";
    private const int LimiterPeriodMs = 100;

    private readonly Authenticator _authenticator;
    private readonly BrowserGuard _guard;
    private readonly ILogger<AccessMiddleware> _logger;
    private readonly PartitionedRateLimiter<string> _rates;

    public AccessMiddleware(Authenticator authenticator, BrowserGuard guard, AccessOptions options, ILogger<AccessMiddleware> logger)
    {
        _authenticator = authenticator;
        _guard = guard;
        _logger = logger;
        _rates = PartitionedRateLimiter.Create<string, string>(
            key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.RequestsBurst,
            TokensPerPeriod = Math.Max(1, options.RequestsPerSecond * LimiterPeriodMs / 1_000),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(LimiterPeriodMs),
            QueueLimit = 0,
        }));
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_guard.Check(context.Request) is { } foreign)
        {
            await RefuseAsync(context, foreign);
            return;
        }

        var policy = context.GetEndpoint()?.Metadata.GetMetadata<EndpointPolicy>();
        var authenticated = await _authenticator.AuthenticateAsync(context);
        if (!authenticated.TryGet(out var principal, out var error))
        {
            // A page anybody may see stays so for a browser with stale credentials.
            if (policy?.Permission is not Permission.Anyone)
            {
                await RefuseAsync(context, error);
                return;
            }

            principal = Principal.Anonymous;
        }

        context.Features.Set(principal);
        if (principal.Kind is not PrincipalKind.Local && !TryPass(context, principal))
        {
            await RefuseAsync(context, new Error(ErrorCode.LimitExceeded, "Too many requests. Wait a second and go on more slowly."));
            return;
        }

        if (policy is not null && !principal.CanSomewhere(policy.Permission))
        {
            await RefuseAsync(context, principal.Refuse(policy.Permission, Scope.Server)!);
            return;
        }

        await next(context);
    }

    public void Dispose() => _rates.Dispose();

    private bool TryPass(HttpContext context, Principal principal)
    {
        var key = principal.Kind is PrincipalKind.Anonymous ? Authenticator.AddressOf(context) : "user " + principal.Name;
        using var lease = _rates.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private Task RefuseAsync(HttpContext context, Error error)
    {
        AccessLog.Refused(
            _logger, context.Request.Method, context.Request.Path, error.Code, Authenticator.AddressOf(context), context.TraceIdentifier);
        if (error.Code is ErrorCode.Unauthenticated)
        {
            if (IsPage(context.Request))
            {
                context.Response.Redirect(
                    $"{SignInPath}?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
                return Task.CompletedTask;
            }

            context.Response.Headers.WWWAuthenticate = "Basic realm=\"weighhouse\", Bearer";
        }

        if (error.Code is ErrorCode.LimitExceeded) context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        return context.GetEndpoint()?.Metadata.GetMetadata<RefusalShape>() is { } shape
            ? shape.Write(context, error)
            : ApiProblem.From(error).ExecuteAsync(context);
    }

    /// <summary>A person with a browser wants to sign in; a program wants a 401.</summary>
    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
