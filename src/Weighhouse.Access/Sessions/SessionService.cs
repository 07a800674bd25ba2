using System.Security.Cryptography;
using System.Text;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Access.Tokens;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Sessions;

internal sealed class SessionService(
    IDatabase database,
    PasswordChecks passwords,
    AuditLog audit,
    CredentialCache credentials,
    SignInLinks links,
    AccessOptions options,
    TimeProvider time) : ISessions
{
    private static readonly SqlText Insert = AccessSql.Catalog["InsertSession"];
    private static readonly SqlText Select = AccessSql.Catalog["SelectSession"];
    private static readonly SqlText Delete = AccessSql.Catalog["DeleteSession"];
    private static readonly SqlText DeleteExpired = AccessSql.Catalog["DeleteExpiredSessions"];
    private static readonly SqlText DeleteOldest = AccessSql.Catalog["DeleteOldestSessions"];

    public async ValueTask<Result<string>> SignInAsync(string name, string password, CancellationToken cancellation)
    {
        if (passwords.Closed(name) is { } closed) return closed;
        if (!(await passwords.EnterAsync(cancellation)).TryGet(out var turn, out var busy)) return busy;
        using (turn)
        {
            var checkedUser = await passwords.CheckAsync(name, password, cancellation);
            return checkedUser.TryGet(out var user, out var error) ? await BeginAsync(user.Number, user.Name, cancellation) : error;
        }
    }

    public async ValueTask<Result<string>> RedeemLinkAsync(string secret, CancellationToken cancellation) =>
        links.TryRedeem(secret)
            ? await BeginAsync(null, Principal.Local.Name, cancellation)
            : Error.NotFound("This sign-in link has been used or has expired. Restart the server for a new one, or sign in by name.");

    public async ValueTask SignOutAsync(string cookie, CancellationToken cancellation)
    {
        if (!Secret.LooksRight(cookie)) return;
        var hash = Secret.Hash(cookie);
        var origin = audit.Origin();
        var ended = await database.WriteAsync<Done>(
            async session =>
            {
                var name = await session.Prepare(Select).Bind("hash", hash).FirstAsync(row => row.TextOrNull(1) ?? Principal.Local.Name);
                if (name is null) return Done.Ok;
                await session.Prepare(Delete).Bind("hash", hash).ExecuteAsync();
                await audit.AppendAsync(session, new AuditEntry(name, "session.end", "user:" + name), origin);
                session.AfterCommit(credentials.Forget);
                return Done.Ok;
            },
            cancellation);
        if (ended.Error is { } error) throw new DatabaseException(error);
    }

    private async ValueTask<Result<string>> BeginAsync(long? user, string name, CancellationToken cancellation)
    {
        var cookie = Secret.Random();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        return await database.WriteAsync<string>(
            async session =>
            {
                await session.Prepare(DeleteExpired).Bind("now", now).ExecuteAsync();
                await session.Prepare(Insert)
                    .Bind("hash", Secret.Hash(cookie)).Bind("user", user).Bind("now", now)
                    .Bind("expires", now + (long)options.SessionLifetime.TotalMilliseconds).ExecuteAsync();
                var ended = await session.Prepare(DeleteOldest).Bind("user", user).Bind("keep", options.SessionsMax).ExecuteAsync();
                if (ended > 0) session.AfterCommit(credentials.Forget);
                await audit.AppendAsync(session, new AuditEntry(name, "session.begin", "user:" + name), origin);
                return cookie;
            },
            cancellation);
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
            if (_hash is null || time.GetElapsedTime(_since) >= options.LinkLifetime) return false;
            if (!CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(secret)))) return false;
            _hash = null;
            return true;
        }
    }
}
