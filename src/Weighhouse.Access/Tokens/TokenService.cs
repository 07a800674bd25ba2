using System.Text.Json;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Tokens;

internal sealed class TokenService(
    IDatabase database, AuditLog audit, CredentialCache credentials, AccessOptions options, TimeProvider time) : ITokens
{
    private const int NameLengthMax = 100;

    private static readonly SqlText Insert = AccessSql.Catalog["InsertToken"];
    private static readonly SqlText CountValid = AccessSql.Catalog["CountValidTokens"];
    private static readonly SqlText SelectAll = AccessSql.Catalog["SelectTokens"];
    private static readonly SqlText SelectOne = AccessSql.Catalog["SelectToken"];
    private static readonly SqlText Revoke = AccessSql.Catalog["RevokeToken"];

    public async ValueTask<Result<IssuedToken>> IssueAsync(Principal caller, NewToken token, CancellationToken cancellation)
    {
        var owner = token.User ?? caller.Name;
        if (caller.Refuse(owner == caller.Name ? Permission.SignedIn : Permission.Administer, Scope.Server) is { } refusal) return refusal;
        var ceiling = token.Ceiling ?? caller.Ceiling;
        if (!caller.Ceiling.Includes(ceiling))
            return Error.Denied(
                $"A token cannot do more than the one that makes it: {RoleText.Of(caller.Ceiling)}, not {RoleText.Of(ceiling)}.");
        if (token.Name.Length is 0 or > NameLengthMax) return Error.Invalid($"A token's name has 1 to {NameLengthMax} characters.", "name");
        if (PlainText.Refuse(token.Name, "name") is { } odd) return odd;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!EndOf(caller, token.Lifetime, now).TryGet(out var expires, out var tooLong)) return tooLong;
        if (token.User is null && caller.Kind is not PrincipalKind.User)
            return Error.Invalid(
                $"Name the user whose token it is: '{caller.Name}' is nobody's account. On the command line: --user NAME.", "user");
        if (!UserName.IsPossible(owner)) return NoOwner(owner);
        var secret = Secret.NewToken();
        var origin = audit.Origin();
        return await database.WriteAsync<IssuedToken>(
            async session =>
            {
                if (await UserTable.FindAsync(session, owner) is not { } user) return NoOwner(owner);
                var valid = await session.Prepare(CountValid).Bind("user", user.Number).Bind("now", now).LongAsync();
                if (valid >= options.TokensMax)
                    return Error.Precondition(
                        $"'{owner}' has {options.TokensMax:N0} valid tokens, the most there can be. Revoke some: weigh tokens revoke ID");
                var number = await session.Prepare(Insert)
                    .Bind("user", user.Number).Bind("name", token.Name).Bind("hash", Secret.Hash(secret)).Bind("ceiling", (long)ceiling)
                    .Bind("now", now).Bind("expires", expires).LongAsync();
                var issued = new AccessToken(number!.Value, owner, token.Name, ceiling, now, expires, null);
                var entry = new AuditEntry(caller.Name, "token.create", $"token:{number}", After: Describe(issued));
                await audit.AppendAsync(session, entry, origin);
                return new IssuedToken(issued, secret);
            },
            cancellation);
    }

    public async ValueTask<Result<IReadOnlyList<AccessToken>>> ListAsync(Principal caller, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.SignedIn, Scope.Server) is { } refusal) return refusal;
        var everybody = caller.Can(Permission.Administer, Scope.Server);
        return await database.ReadAsync<Result<IReadOnlyList<AccessToken>>>(
            async session => await session.Prepare(SelectAll).Bind("everybody", everybody).Bind("user", caller.Name).ListAsync(Read),
            cancellation);
    }

    public async ValueTask<Result<Done>> RevokeAsync(Principal caller, long id, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.SignedIn, Scope.Server) is { } refusal) return refusal;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        return await database.WriteAsync<Done>(
            async session =>
            {
                var token = await session.Prepare(SelectOne).Bind("token", id).FirstAsync(Read);
                // Others' tokens look like none, so that ids tell nothing.
                if (token is null || (token.User != caller.Name && !caller.Can(Permission.Administer, Scope.Server)))
                    return Error.NotFound($"There is no token {id} of yours.");
                if (await session.Prepare(Revoke).Bind("token", id).Bind("now", now).ExecuteAsync() == 0) return Done.Ok;
                await audit.AppendAsync(session, new AuditEntry(caller.Name, "token.revoke", $"token:{id}", Describe(token)), origin);
                session.AfterCommit(credentials.Forget);
                return Done.Ok;
            },
            cancellation);
    }

    /// <summary>
    /// When a token made now ends. One made with a token ends with that one at the latest: whoever finds a token that is good for a day
    /// must not make of it one that is good for years.
    /// </summary>
    private Result<long> EndOf(Principal caller, TimeSpan? asked, long now)
    {
        var lifetime = asked ?? options.TokenLifetime;
        if (lifetime <= TimeSpan.Zero || lifetime > options.TokenLifetimeMax)
            return Error.Invalid(
                $"A token lives up to {options.TokenLifetimeMax.TotalDays:F0} days, not {lifetime.TotalDays:F1}.", "lifetime");
        var expires = now + (long)lifetime.TotalMilliseconds;
        if (caller.Proof is not { Kind: ProofKind.Token, UntilMs: { } until } || expires <= until) return expires;
        return asked is null
            ? until
            : Error.Denied(
                $"A token cannot outlive the one that makes it: {DateTimeOffset.FromUnixTimeMilliseconds(until):yyyy-MM-dd HH:mm'Z'}. "
                + "Ask for less, or sign in by name and password: weigh login --user NAME");
    }

    private static string Describe(AccessToken token) => JsonSerializer.Serialize(
        new TokenAudit(token.User, token.Name, RoleText.Of(token.Ceiling), token.ExpiresMs), AccessJson.Default.TokenAudit);

    private static Error NoOwner(string owner) => Error.NotFound(
        $"There is no user '{PlainText.Cut(owner, 100)}' to hold the token. Create the user first: weigh users create NAME");

    private static AccessToken Read(DbRow row) => new(
        row.Long(0), row.Text(1), row.Text(2), (Role)row.Long(3), row.Long(4), row.LongOrNull(5), row.LongOrNull(6));
}
