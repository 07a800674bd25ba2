using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weighhouse.Access.Tokens;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>From what a request carries to who is asking: Bearer token, Basic name and password (or token as password), cookie.</summary>
internal sealed class Authenticator(
    IDatabase database, CredentialCache cache, PasswordChecks passwords, AccessSettings settings, TimeProvider time)
{
    private const int CredentialLengthMax = 4_096;

    public static readonly Error Wrong =
        new(ErrorCode.Unauthenticated, "The credentials are wrong, expired or revoked. Sign in again or make a new token.");

    private static readonly SqlText SelectTokenByHash = AccessSql.Catalog["SelectTokenByHash"];
    private static readonly SqlText SelectSession = AccessSql.Catalog["SelectSession"];

    /// <summary>What the request shows, and whose it is when that was verified a moment ago. Costs no look-up.</summary>
    public Credential Read(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.Length > CredentialLengthMax) return new Credential(CredentialKind.Unreadable);
        if (authorization.Length > 0) return Recall(CredentialKind.Header, authorization);
        return request.Cookies[ISessions.CookieName] is { } cookie && Secret.LooksRight(cookie)
            ? Recall(CredentialKind.Cookie, cookie)
            : default;
    }

    /// <summary>
    /// Whether the request is the local administrator's as it stands: on a listener where nobody signs in, from this machine, and not
    /// by way of a proxy, which would speak for anybody.
    /// </summary>
    public bool IsLocal(HttpContext context) =>
        !settings.EverybodySignsIn
        && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && ClientAddress.ForwardedBy(context.Request) is null;

    /// <summary>Verifies what <see cref="Read"/> found and did not know, and remembers it.</summary>
    public async ValueTask<Result<Principal>> VerifyAsync(Credential credential, CancellationToken cancellation)
    {
        var found = credential.Kind switch
        {
            CredentialKind.None => Principal.Anonymous,
            CredentialKind.Unreadable => Wrong,
            CredentialKind.Header => await FromHeaderAsync(credential, cancellation),
            CredentialKind.Cookie => await FromCookieAsync(credential.Text, cancellation),
            _ => Invariant.Unreachable<Result<Principal>>(credential.Kind),
        };
        if (found.TryGet(out var principal, out _) && principal.Kind is not PrincipalKind.Anonymous) cache.Keep(credential.Key, principal);
        return found;
    }

    /// <summary>
    /// Where nobody needs to sign in, credentials left over from another server do no harm; remembered, they cost no password check
    /// with every call either.
    /// </summary>
    public Principal TakeForLocal(Credential credential)
    {
        if (credential.Kind is CredentialKind.Header) cache.Keep(credential.Key, Principal.Local);
        return Principal.Local;
    }

    private Credential Recall(CredentialKind kind, string text)
    {
        var key = cache.KeyOf(text);
        return new Credential(kind, text, key, cache.Find(key));
    }

    private async ValueTask<Result<Principal>> FromHeaderAsync(Credential credential, CancellationToken cancellation)
    {
        var authorization = credential.Text;
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? authorization : authorization[..space];
        var rest = space < 0 ? "" : authorization[(space + 1)..].Trim();
        return scheme.ToUpperInvariant() switch
        {
            "BEARER" => await FromTokenAsync(rest, cancellation),
            "BASIC" => await FromBasicAsync(rest, credential.Key, cancellation),
            _ => new Error(ErrorCode.Unauthenticated, "This authorization scheme is not spoken here: use Bearer or Basic."),
        };
    }

    private async ValueTask<Result<Principal>> FromBasicAsync(string encoded, CacheKey key, CancellationToken cancellation)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return Wrong;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return Wrong;
        var (name, password) = (pair[..colon], pair[(colon + 1)..]);
        if (Secret.IsToken(password)) return await FromTokenAsync(password, cancellation);
        if (passwords.Closed(name) is { } closed) return closed;
        var entered = await passwords.EnterAsync(cancellation);
        if (!entered.TryGet(out var turn, out var busy)) return busy;
        using (turn)
        {
            // Fifty workers that start together bring the same credential fifty times: the first to be checked answers for all.
            if (cache.Find(key) is { } known) return known;
            var checkedUser = await passwords.CheckAsync(name, password, cancellation);
            if (!checkedUser.TryGet(out var user, out var error)) return error;
            var principal = await database.ReadAsync(
                session => PrincipalOfAsync(session, user.Number, user.Name, Role.Admin, new Proof(ProofKind.Password)), cancellation);
            cache.Keep(key, principal);
            return principal;
        }
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
            return row.Name is null || row.Expires <= now
                ? null
                : await PrincipalOfAsync(session, row.User, row.Name, row.Ceiling, new Proof(ProofKind.Token, row.Expires));
        }, cancellation);
        return found is null ? Wrong : found;
    }

    /// <summary>An old cookie is no attempt at anything: whoever brings one is anonymous.</summary>
    private async ValueTask<Result<Principal>> FromCookieAsync(string cookie, CancellationToken cancellation)
    {
        var hash = Secret.Hash(cookie);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await database.ReadAsync(async session =>
        {
            var row = await session.Prepare(SelectSession).Bind("hash", hash).FirstAsync(
                row => (Exists: true, User: row.LongOrNull(0), Name: row.TextOrNull(1), Expires: row.Long(2)));
            if (!row.Exists || row.Expires <= now) return Principal.Anonymous;
            var proof = new Proof(ProofKind.Session, row.Expires);
            return row.User is { } user
                ? await PrincipalOfAsync(session, user, row.Name!, Role.Admin, proof)
                : Principal.Local with { Proof = proof };
        }, cancellation);
    }

    private static async ValueTask<Principal> PrincipalOfAsync(DbSession session, long user, string name, Role ceiling, Proof proof) =>
        new(PrincipalKind.User, name, await UserTable.GrantsAsync(session, user), ceiling) { Proof = proof };
}

internal enum CredentialKind
{
    None,
    Header,
    Cookie,
    /// <summary>Too long to be anybody's.</summary>
    Unreadable,
}

/// <param name="Known">Whose it is, when it was verified a moment ago.</param>
internal readonly record struct Credential(CredentialKind Kind, string Text = "", CacheKey Key = default, Principal? Known = null)
{
    /// <summary>The secret stays out of whatever prints this.</summary>
    public override string ToString() => Kind.ToString();
}
