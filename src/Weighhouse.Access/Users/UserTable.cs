using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>The statements on users and grants.</summary>
internal static class UserTable
{
    private static readonly SqlText SelectUsers = AccessSql.Catalog["SelectUsers"];
    private static readonly SqlText SelectUser = AccessSql.Catalog["SelectUser"];
    private static readonly SqlText SelectGrants = AccessSql.Catalog["SelectGrants"];
    private static readonly SqlText CountUsers = AccessSql.Catalog["CountUsers"];
    private static readonly SqlText InsertUser = AccessSql.Catalog["InsertUser"];
    private static readonly SqlText UpdatePassword = AccessSql.Catalog["UpdatePassword"];
    private static readonly SqlText UpdateDisabled = AccessSql.Catalog["UpdateDisabled"];
    private static readonly SqlText UpsertGrant = AccessSql.Catalog["UpsertGrant"];
    private static readonly SqlText DeleteGrant = AccessSql.Catalog["DeleteGrant"];
    private static readonly SqlText DeleteUserSessions = AccessSql.Catalog["DeleteUserSessions"];

    public static ValueTask<List<StoredUser>> ListAsync(DbSession session) => session.Prepare(SelectUsers).ListAsync(StoredUser.Read);

    public static ValueTask<StoredUser?> FindAsync(DbSession session, string name) =>
        session.Prepare(SelectUser).Bind("name", name).FirstAsync(StoredUser.Read);

    public static async ValueTask<bool> AnyAsync(DbSession session) => await session.Prepare(CountUsers).LongAsync() > 0;

    public static async ValueTask<IReadOnlyList<Grant>> GrantsAsync(DbSession session, long user)
    {
        var grants = await session.Prepare(SelectGrants).Bind("user", user).ListAsync(row => (Role: (Role)row.Long(0), Scope: row.Text(1)));
        return [.. grants.Select(grant => new Grant(grant.Role, ScopeText.Parse(grant.Scope).Value))];
    }

    public static async ValueTask<long> InsertAsync(DbSession session, string name, string? passwordHash, long nowMs) =>
        await session.Prepare(InsertUser).Bind("name", name).Bind("password", passwordHash).Bind("now", nowMs).LongAsync()
        ?? throw new InvariantException("INSERT … RETURNING gave no row");

    public static async ValueTask SetPasswordAsync(DbSession session, long user, string passwordHash)
    {
        await session.Prepare(UpdatePassword).Bind("user", user).Bind("password", passwordHash).ExecuteAsync();
        await session.Prepare(DeleteUserSessions).Bind("user", user).ExecuteAsync();
    }

    public static async ValueTask SetDisabledAsync(DbSession session, long user, bool isDisabled)
    {
        await session.Prepare(UpdateDisabled).Bind("user", user).Bind("disabled", isDisabled).ExecuteAsync();
        if (isDisabled) await session.Prepare(DeleteUserSessions).Bind("user", user).ExecuteAsync();
    }

    public static async ValueTask GrantAsync(DbSession session, long user, Grant grant)
    {
        if (grant.Role is Role.None)
            await session.Prepare(DeleteGrant).Bind("user", user).Bind("scope", grant.Scope.ToString()).ExecuteAsync();
        else
            await session.Prepare(UpsertGrant).Bind("user", user)
                .Bind("scope", grant.Scope.ToString()).Bind("role", (long)grant.Role).ExecuteAsync();
    }
}
