using System.Text;
using Microsoft.AspNetCore.Http;
using Weighhouse.Access.Tokens;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>From what a request carries to who is asking: Bearer token, Basic name and password (or token as password), cookie,
/// loopback.</summary>
internal sealed class Authenticator(
    IDatabase database, CredentialCache cache, Lockout lockout, AccessSettings settings, AccessOptions options,
    TimeProvider time) : IDisposable
{
    private const int CredentialLengthMax = 4_096;

    private static readonly SqlText SelectTokenByHash = AccessSql.Catalog["SelectTokenByHash"];
    private static readonly SqlText SelectSession = AccessSql.Catalog["SelectSession"];
    private static readonly Error Wrong = new(
        ErrorCode.Unauthenticated, "The credentials are wrong, expired or revoked. Sign in again or make a new token.");

    private readonly SemaphoreSlim _passwordChecks = new(options.PasswordChecksMax);

    public async ValueTask<Result<Principal>> AuthenticateAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length > 0)
        {
            var explicitly = await FromHeaderAsync(authorization, AddressOf(context), context.RequestAborted);
            // Where nobody needs to sign in, credentials left over from another server do no harm.
            return explicitly.IsFailure && MayBeLocal(context) ? Principal.Local : explicitly;
        }

        if (context.Request.Cookies[ISessions.CookieName] is { Length: > 0 and <= CredentialLengthMax } cookie
            && await FromCookieAsync(cookie, context.RequestAborted) is { } principal)
            return principal;
        return MayBeLocal(context) ? Principal.Local : Principal.Anonymous;
    }

    /// <summary>Checks a name and a password, slowly, a few at a time, counting failures.</summary>
    public async ValueTask<Result<StoredUser>> CheckPasswordAsync(
        string name, string password, string address, CancellationToken cancellation)
    {
        if (lockout.ClosedFor(name, address) is { } wait)
            return new Error(ErrorCode.LimitExceeded, $"Too many failed attempts. Try again in {Math.Ceiling(wait.TotalMinutes):F0} min.");
        var user = await database.ReadAsync(session => UserTable.FindAsync(session, name), cancellation);
        await _passwordChecks.WaitAsync(cancellation);
        bool isRight;
        try
        {
            isRight = await Task.Run(() => PasswordHash.Verify(password, user?.PasswordHash), cancellation);
        }
        finally
        {
            _passwordChecks.Release();
        }

        if (!isRight || user is null || user.IsDisabled)
        {
            lockout.Failed(name, address);
            return Wrong;
        }

        lockout.Succeeded(name);
        return user;
    }

    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    public void Dispose() => _passwordChecks.Dispose();

    private bool MayBeLocal(HttpContext context) =>
        !settings.EverybodySignsIn && context.Connection.RemoteIpAddress is { } remote && System.Net.IPAddress.IsLoopback(remote);

    private async ValueTask<Result<Principal>> FromHeaderAsync(string authorization, string address, CancellationToken cancellation)
    {
        if (authorization.Length > CredentialLengthMax) return Wrong;
        if (cache.Find(authorization, out var key) is { } known) return known;
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? authorization : authorization[..space];
        var rest = space < 0 ? "" : authorization[(space + 1)..].Trim();
        Result<Principal> found = scheme.ToUpperInvariant() switch
        {
            "BEARER" => await FromTokenAsync(rest, cancellation),
            "BASIC" => await FromBasicAsync(rest, address, cancellation),
            _ => new Error(ErrorCode.Unauthenticated, $"The authorization scheme '{scheme}' is not spoken here: use Bearer or Basic."),
        };
        if (found.TryGet(out var principal, out _)) cache.Keep(key, principal);
        return found;
    }

    private async ValueTask<Result<Principal>> FromBasicAsync(string encoded, string address, CancellationToken cancellation)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return Wrong;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return Wrong;
        var password = pair[(colon + 1)..];
        if (Secret.IsToken(password)) return await FromTokenAsync(password, cancellation);
        var checkedUser = await CheckPasswordAsync(pair[..colon], password, address, cancellation);
        if (!checkedUser.TryGet(out var user, out var error)) return error;
        return await database.ReadAsync(session => PrincipalOfAsync(session, user.Number, user.Name, Role.Admin), cancellation);
    }

    private async ValueTask<Result<Principal>> FromTokenAsync(string token, CancellationToken cancellation)
    {
        if (!Secret.IsToken(token)) return Wrong;
        var hash = Secret.Hash(token);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await database.ReadAsync(async session =>
        {
            var row = await session.Prepare(SelectTokenByHash).Bind("hash", hash).FirstAsync(
                row => (User: row.Long(0), Name: row.Text(1), Ceiling: (Role)row.Long(2), Expires: row.LongOrNull(3)));
            return row.Name is null || row.Expires < now ? null : await PrincipalOfAsync(session, row.User, row.Name, row.Ceiling);
        }, cancellation);
        return found is null ? Wrong : found;
    }

    private async ValueTask<Principal?> FromCookieAsync(string cookie, CancellationToken cancellation)
    {
        if (!Secret.LooksRight(cookie)) return null;
        if (cache.Find(cookie, out var key) is { } known) return known;
        var hash = Secret.Hash(cookie);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await database.ReadAsync(async session =>
        {
            var row = await session.Prepare(SelectSession).Bind("hash", hash).FirstAsync(
                row => (Exists: true, User: row.LongOrNull(0), Name: row.TextOrNull(1), Expires: row.Long(2)));
            if (!row.Exists || row.Expires < now) return null;
            return row.User is { } user ? await PrincipalOfAsync(session, user, row.Name!, Role.Admin) : Principal.Local;
        }, cancellation);
        if (found is not null) cache.Keep(key, found);
        return found;
    }

    private static async ValueTask<Principal> PrincipalOfAsync(DbSession session, long user, string name, Role ceiling) =>
        new(PrincipalKind.User, name, await UserTable.GrantsAsync(session, user), ceiling);
}
