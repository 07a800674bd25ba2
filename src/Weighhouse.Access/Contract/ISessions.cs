using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>Sign-in of people in browsers: a secret in a cookie, its hash in the database.</summary>
public interface ISessions
{
    const string CookieName = "weigh_session";

    /// <summary>The cookie's value. Counts towards lock-out by user and by the address of the present request.</summary>
    ValueTask<Result<string>> SignInAsync(string name, string password, CancellationToken cancellation);

    /// <summary>The cookie's value for a one-time link's secret.</summary>
    ValueTask<Result<string>> RedeemLinkAsync(string secret, CancellationToken cancellation);

    ValueTask SignOutAsync(string cookie, CancellationToken cancellation);
}
