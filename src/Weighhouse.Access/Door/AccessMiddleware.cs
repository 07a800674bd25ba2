using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>
/// The door every request passes: whose browser is it, who is asking, how often, and may they call this endpoint at all. What they may do
/// with which object is asked again by the operation behind.
/// </summary>
internal sealed class AccessMiddleware(Authenticator authenticator, BrowserGuard guard, RateLimits rates, ILogger<AccessMiddleware> logger)
    : IMiddleware
{
    private const string SignInPath = "/sign-in";

    private static readonly Error TooFast =
        new(ErrorCode.LimitExceeded, "Too many requests. Wait a second and go on more slowly.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (guard.Check(context.Request) is { } foreign)
        {
            await RefuseAsync(context, foreign);
            return;
        }

        var endpoint = context.GetEndpoint();
        var policy = endpoint?.Metadata.GetMetadata<EndpointPolicy>();
        var settled = await WhoAsync(context, policy);
        if (!settled.TryGet(out var principal, out var error))
        {
            await RefuseAsync(context, error);
            return;
        }

        context.Features.Set(principal);
        if (WhyNot(endpoint, policy, principal, context.Request) is { } denied)
        {
            await RefuseAsync(context, denied);
            return;
        }

        await next(context);
    }

    /// <summary>Who is asking, counted: a known user by name, anybody else by address, before anything is looked up for them.</summary>
    private async ValueTask<Result<Principal>> WhoAsync(HttpContext context, EndpointPolicy? policy)
    {
        var credential = authenticator.Read(context.Request);
        if (credential.Known is { } known) return Count(known);
        var isLocal = authenticator.IsLocal(context);
        if (credential.Kind is CredentialKind.None && isLocal) return Principal.Local;
        if (!isLocal && !rates.TryPass(ClientAddress.Of(context))) return TooFast;
        // What anybody may see is not worth a password check, and stays so for a client with stale credentials.
        if (policy?.Permission is Permission.Anyone && !isLocal && credential.Kind is not CredentialKind.Cookie) return Principal.Anonymous;
        var verified = await authenticator.VerifyAsync(credential, context.RequestAborted);
        var isSomebody = verified.TryGet(out var principal, out var error) && principal.Kind is not PrincipalKind.Anonymous;
        if (isLocal && !isSomebody) return authenticator.TakeForLocal(credential);
        return error is null ? Count(principal!) : error;
    }

    private Result<Principal> Count(Principal principal) =>
        principal.Kind is not PrincipalKind.User || rates.TryPass(UserKey(principal)) ? principal : TooFast;

    /// <summary>No address contains a space.</summary>
    private static string UserKey(Principal principal) => "user " + principal.Name;

    private static Error? WhyNot(Endpoint? endpoint, EndpointPolicy? policy, Principal principal, HttpRequest request)
    {
        if (policy is null)
        {
            // Without an endpoint the answer is 404; the ones routing makes itself answer 405 and 415. Any other was mapped after the
            // start-up's check and says nothing about who may call it.
            return endpoint is RouteEndpoint ? Error.Denied("This endpoint has no policy, so that nobody may call it.") : null;
        }

        if (principal.CanSomewhere(policy.Permission)) return null;
        return principal.Kind is PrincipalKind.Anonymous && ClientAddress.ForwardedBy(request) is { } header
            ? new Error(
                ErrorCode.Unauthenticated,
                $"You are not signed in, and the request came through a proxy ({header}), which is nobody's own machine. "
                + "Sign in, or send a token as 'Authorization: Bearer wh_…'.")
            : principal.Refuse(policy.Permission, Scope.Server)!;
    }

    private Task RefuseAsync(HttpContext context, Error error)
    {
        AccessMetrics.Refused(error.Code);
        AccessLog.Refused(
            logger, context.Request.Method, LoggedPath.Of(context.Request), error.Code, ClientAddress.Of(context), context.TraceIdentifier);
        if (error.Code is ErrorCode.Unauthenticated && IsPage(context.Request))
        {
            context.Response.Redirect($"{SignInPath}?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return Task.CompletedTask;
        }

        Challenge.Add(context, error);
        return context.GetEndpoint()?.Metadata.GetMetadata<RefusalShape>() is { } shape
            ? shape.Write(context, error)
            : ApiProblem.WriteAsync(context, error);
    }

    /// <summary>A person with a browser wants to sign in; a program wants a 401.</summary>
    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
