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
    private static readonly SqlText SelectAll = AccessSql.Catalog["SelectTokens"];
    private static readonly SqlText SelectOne = AccessSql.Catalog["SelectToken"];
    private static readonly SqlText Revoke = AccessSql.Catalog["RevokeToken"];

    public async ValueTask<Result<IssuedToken>> IssueAsync(Principal caller, NewToken token, CancellationToken cancellation)
    {
        var owner = token.User ?? caller.Name;
        if (caller.Refuse(owner == caller.Name ? Permission.SignedIn : Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (token.Ceiling > caller.Ceiling) return Error.Denied($"A token cannot do more than the one that makes it: {caller.Ceiling}.");
        if (token.Name.Length is 0 or > NameLengthMax) return Error.Invalid($"A token's name has 1 to {NameLengthMax} characters.", "name");
        var lifetime = token.Lifetime ?? options.TokenLifetime;
        if (lifetime <= TimeSpan.Zero || lifetime > options.TokenLifetimeMax)
            return Error.Invalid(
                $"A token lives up to {options.TokenLifetimeMax.TotalDays:F0} days, not {lifetime.TotalDays:F1}.", "lifetime");
        var secret = Secret.NewToken();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var expires = now + (long)lifetime.TotalMilliseconds;
        var origin = audit.Origin();
        return await database.WriteAsync<IssuedToken>(async session =>
        {
            if (await UserTable.FindAsync(session, owner) is not { } user)
                return Error.NotFound($"There is no user '{owner}' to hold the token. Create the user first: weigh users create {owner}.");
            var number = await session.Prepare(Insert)
                .Bind("user", user.Number).Bind("name", token.Name).Bind("hash", Secret.Hash(secret)).Bind("ceiling", (long)token.Ceiling)
                .Bind("now", now).Bind("expires", expires).LongAsync();
            await audit.AppendAsync(
                session, new AuditEntry(caller.Name, "token.create", $"token:{number}",
                After: $$"""{"user":"{{owner}}","ceiling":"{{token.Ceiling}}"}"""), origin);
            return new IssuedToken(new AccessToken(number!.Value, owner, token.Name, token.Ceiling, now, expires, null), secret);
        }, cancellation);
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
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        var revoked = await database.WriteAsync<Done>(async session =>
        {
            var token = await session.Prepare(SelectOne).Bind("token", id).FirstAsync(Read);
            // Others' tokens look like none, so that ids tell nothing.
            if (token is null || (token.User != caller.Name && !caller.Can(Permission.Administer, Scope.Server)))
                return Error.NotFound($"There is no token {id} of yours.");
            await session.Prepare(Revoke).Bind("token", id).Bind("now", now).ExecuteAsync();
            await audit.AppendAsync(session, new AuditEntry(caller.Name, "token.revoke", $"token:{id}"), origin);
            return Done.Ok;
        }, cancellation);
        credentials.Clear();
        return revoked;
    }

    private static AccessToken Read(DbRow row) => new(
        row.Long(0), row.Text(1), row.Text(2), (Role)row.Long(3), row.Long(4), row.LongOrNull(5), row.LongOrNull(6));
}
