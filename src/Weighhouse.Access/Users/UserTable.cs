using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>The statements on users and grants.</summary>
internal static class UserTable
{
    private static readonly SqlText SelectUsers = AccessSql.Catalog["SelectUsers"];
    private static readonly SqlText SelectUser = AccessSql.Catalog["SelectUser"];
    private static readonly SqlText SelectGrants = AccessSql.Catalog["SelectGrants"];
    private static readonly SqlText SelectAllGrants = AccessSql.Catalog["SelectAllGrants"];
    private static readonly SqlText CountUsers = AccessSql.Catalog["CountUsers"];
    private static readonly SqlText CountGrants = AccessSql.Catalog["CountGrants"];
    private static readonly SqlText CountServerAdmins = AccessSql.Catalog["CountServerAdmins"];
    private static readonly SqlText FindSomebodyWhoCanSignIn = AccessSql.Catalog["FindSomebodyWhoCanSignIn"];
    private static readonly SqlText InsertUser = AccessSql.Catalog["InsertUser"];
    private static readonly SqlText UpdatePassword = AccessSql.Catalog["UpdatePassword"];
    private static readonly SqlText UpdateDisabled = AccessSql.Catalog["UpdateDisabled"];
    private static readonly SqlText UpsertGrant = AccessSql.Catalog["UpsertGrant"];
    private static readonly SqlText DeleteGrant = AccessSql.Catalog["DeleteGrant"];
    private static readonly SqlText DeleteUserSessions = AccessSql.Catalog["DeleteUserSessions"];
    private static readonly SqlText DeleteUserTokens = AccessSql.Catalog["DeleteUserTokens"];
    private static readonly SqlText DeleteUserGrants = AccessSql.Catalog["DeleteUserGrants"];
    private static readonly SqlText DeleteUser = AccessSql.Catalog["DeleteUser"];

    public static ValueTask<List<StoredUser>> ListAsync(DbSession session) => session.Prepare(SelectUsers).ListAsync(StoredUser.Read);

    public static ValueTask<StoredUser?> FindAsync(DbSession session, string name) =>
        session.Prepare(SelectUser).Bind("name", name).FirstAsync(StoredUser.Read);

    public static async ValueTask<long> CountAsync(DbSession session) => await session.Prepare(CountUsers).LongAsync() ?? 0;

    /// <summary>Active users with the role admin on everything.</summary>
    public static async ValueTask<long> CountServerAdminsAsync(DbSession session) =>
        await session.Prepare(CountServerAdmins).Bind("admin", (long)Role.Admin).LongAsync() ?? 0;

    /// <summary>Whether an active user has a password or a valid token.</summary>
    public static async ValueTask<bool> CanSomebodySignInAsync(DbSession session, long nowMs) =>
        await session.Prepare(FindSomebodyWhoCanSignIn).Bind("now", nowMs).LongAsync() is not null;

    public static async ValueTask<IReadOnlyList<Grant>> GrantsAsync(DbSession session, long user) =>
        await session.Prepare(SelectGrants).Bind("user", user).ListAsync(row => ReadGrant(row.Long(0), row.Text(1)));

    public static async ValueTask<Dictionary<long, List<Grant>>> AllGrantsAsync(DbSession session)
    {
        var grants = new Dictionary<long, List<Grant>>();
        await session.Prepare(SelectAllGrants).ForEachAsync(row =>
        {
            if (!grants.TryGetValue(row.Long(0), out var list)) grants.Add(row.Long(0), list = []);
            list.Add(ReadGrant(row.Long(1), row.Text(2)));
            return true;
        });
        return grants;
    }

    public static async ValueTask<long> CountGrantsAsync(DbSession session, long user) =>
        await session.Prepare(CountGrants).Bind("user", user).LongAsync() ?? 0;

    public static async ValueTask<ScopedRole> RoleOnAsync(DbSession session, long user, Scope scope)
    {
        var grants = await GrantsAsync(session, user);
        return new ScopedRole(
            user,
            grants.FirstOrDefault(grant => grant.Scope == scope).Role,
            [.. grants.Where(grant => grant.Scope != scope && grant.Scope.Covers(scope))]);
    }

    /// <summary>The new user's number; null when the name is taken.</summary>
    public static ValueTask<long?> InsertAsync(DbSession session, string name, string? passwordHash, long nowMs) =>
        session.Prepare(InsertUser).Bind("name", name).Bind("password", passwordHash).Bind("now", nowMs).LongAsync();

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

    public static async ValueTask DeleteAsync(DbSession session, long user)
    {
        await session.Prepare(DeleteUserSessions).Bind("user", user).ExecuteAsync();
        await session.Prepare(DeleteUserTokens).Bind("user", user).ExecuteAsync();
        await session.Prepare(DeleteUserGrants).Bind("user", user).ExecuteAsync();
        await session.Prepare(DeleteUser).Bind("user", user).ExecuteAsync();
    }

    /// <summary>What stands in the table passed <see cref="ScopeText.Parse"/> when it came.</summary>
    private static Grant ReadGrant(long role, string scope) => new((Role)role, ScopeText.Parse(scope).Value);
}
