using System.Security.Cryptography;
using System.Text;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Access.Tokens;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Sessions;

internal sealed class SessionService(
    IDatabase database, Authenticator authenticator, AuditLog audit, CredentialCache credentials, SignInLinks links,
    AccessOptions options, TimeProvider time)
    : ISessions
{
    private static readonly SqlText Insert = AccessSql.Catalog["InsertSession"];
    private static readonly SqlText Delete = AccessSql.Catalog["DeleteSession"];
    private static readonly SqlText DeleteExpired = AccessSql.Catalog["DeleteExpiredSessions"];

    public async ValueTask<Result<string>> SignInAsync(string name, string password, string address, CancellationToken cancellation)
    {
        var checkedUser = await authenticator.CheckPasswordAsync(name, password, address, cancellation);
        return checkedUser.TryGet(out var user, out var error) ? await BeginAsync(user.Number, user.Name, cancellation) : error;
    }

    public async ValueTask<Result<string>> RedeemLinkAsync(string secret, CancellationToken cancellation) =>
        links.TryRedeem(secret)
            ? await BeginAsync(null, Principal.Local.Name, cancellation)
            : new Error(ErrorCode.Unauthenticated,
            "This sign-in link has been used or has expired. Restart the server for a new one, or sign in by name.");

    public async ValueTask SignOutAsync(string cookie, CancellationToken cancellation)
    {
        await database.WriteAsync<Done>(async session =>
        {
            await session.Prepare(Delete).Bind("hash", Secret.Hash(cookie)).ExecuteAsync();
            return Done.Ok;
        }, cancellation);
        credentials.Clear();
    }

    private async ValueTask<Result<string>> BeginAsync(long? user, string name, CancellationToken cancellation)
    {
        var cookie = Secret.Random();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        return await database.WriteAsync<string>(async session =>
        {
            await session.Prepare(DeleteExpired).Bind("now", now).ExecuteAsync();
            await session.Prepare(Insert)
                .Bind("hash", Secret.Hash(cookie)).Bind("user", user).Bind("now", now)
                .Bind("expires", now + (long)options.SessionLifetime.TotalMilliseconds).ExecuteAsync();
            await audit.AppendAsync(session, new AuditEntry(name, "session.begin", "user:" + name), origin);
            return cookie;
        }, cancellation);
    }
}

/// <summary>One-time links, in memory only: they are for whoever sees this process's terminal.</summary>
internal sealed class SignInLinks(AccessOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private byte[]? _hash;
    private long _since;

    public string Create()
    {
        var secret = Secret.Random();
        lock (_lock)
        {
            _hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
            _since = time.GetTimestamp();
        }

        return secret;
    }

    public bool TryRedeem(string secret)
    {
        lock (_lock)
        {
            if (_hash is null || time.GetElapsedTime(_since) > options.LinkLifetime) return false;
            if (!CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(secret)))) return false;
            _hash = null;
            return true;
        }
    }
}
