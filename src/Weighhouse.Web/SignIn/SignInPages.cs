using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Access;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.SignIn;

/// <param name="Return">Where to go once signed in.</param>
public sealed record SignInModel(string Name, string Return, string? Problem);

/// <param name="MustSignIn">Nothing opens without signing in: the visitor is nobody yet.</param>
public sealed record SignInLinkModel(bool MustSignIn);

internal static class SignInPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/sign-in", Policy.Anyone, ShowAsync);
        routes.MapPage(LoggedPath.SecretPrefix + "{secret}", Policy.Anyone, RedeemAsync);
        routes.MapForm("/sign-in", Policy.Anyone, SignInAsync);
        routes.MapForm("/sign-out", Policy.Anyone, SignOutAsync);
    }

    private static ValueTask<IResult> ShowAsync(PageCall call)
    {
        var target = ReturnPath.Of(call.Query("return"));
        var isSignedIn = call.Caller.Kind is not PrincipalKind.Anonymous;
        return new ValueTask<IResult>(isSignedIn ? call.GoTo(target) : Show(call, new SignInModel("", target, null)));
    }

    /// <summary>The link that the server prints when it starts. A link that works no longer is explained to people.</summary>
    private static async ValueTask<IResult> RedeemAsync(PageCall call)
    {
        var redeemed = await call.Get<ISessions>().RedeemLinkAsync(call.Route("secret"), call.Cancellation);
        if (redeemed.TryGet(out var cookie, out var error))
        {
            SessionCookie.Set(call.Http, cookie);
            return call.GoTo(ReturnPath.Root);
        }

        if (!call.IsPerson) return ApiProblem.From(error);
        return call.Show<SignInLinkPage>(
            PageHead.Of(call.Words["link.title"]) with { IsBare = true },
            new SignInLinkModel(call.Caller.Kind is PrincipalKind.Anonymous), ApiProblem.StatusOf(error.Code));
    }

    private static async ValueTask<IResult> SignInAsync(PageCall call)
    {
        var signedIn = await call.Get<ISessions>().SignInAsync(call.Field("name"), call.Field("password"), call.Cancellation);
        if (!signedIn.TryGet(out var cookie, out var error))
            return Show(call, new SignInModel(call.Field("name"), call.ReturnTo("/"), error.Message), ApiProblem.StatusOf(error.Code));
        SessionCookie.Set(call.Http, cookie);
        return call.GoTo(call.ReturnTo("/"));
    }

    private static async ValueTask<IResult> SignOutAsync(PageCall call)
    {
        if (call.Http.Request.Cookies[ISessions.CookieName] is { } cookie)
            await call.Get<ISessions>().SignOutAsync(cookie, call.Cancellation);
        SessionCookie.Clear(call.Http);
        return call.GoTo("/sign-in");
    }

    private static IResult Show(PageCall call, SignInModel model, int status = StatusCodes.Status200OK) =>
        call.Show<SignInPage>(PageHead.Of(call.Words["signIn.title"]) with { IsBare = true }, model, status);
}
