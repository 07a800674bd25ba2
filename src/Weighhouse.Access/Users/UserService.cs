using System.Text.Json;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Access.Projects;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

internal sealed class UserService(
    IDatabase database, AuditLog audit, CredentialCache credentials, PasswordChecks passwords, AccessOptions options, TimeProvider time)
    : IUsers
{
    public async ValueTask<Result<IReadOnlyList<User>>> ListAsync(Principal caller, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        return await database.ReadAsync<Result<IReadOnlyList<User>>>(
            async session =>
            {
                var grants = await UserTable.AllGrantsAsync(session);
                var users = await UserTable.ListAsync(session);
                return users.ConvertAll(user => user.With(grants.GetValueOrDefault(user.Number, [])));
            },
            cancellation);
    }

    public async ValueTask<Result<User>> GetAsync(Principal caller, string name, CancellationToken cancellation)
    {
        if (name != caller.Name && caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (!UserName.IsPossible(name)) return Unknown(name);
        return await database.ReadAsync<Result<User>>(
            async session => await UserTable.FindAsync(session, name) is { } user
                ? user.With(await UserTable.GrantsAsync(session, user.Number))
                : Unknown(name),
            cancellation);
    }

    public ValueTask<Result<User>> CreateAsync(Principal caller, NewUser user, CancellationToken cancellation) =>
        caller.Refuse(Permission.Administer, Scope.Server) is { } refusal
            ? ValueTask.FromResult<Result<User>>(refusal)
            : CreateAsync(caller.Name, user, cancellation);

    /// <summary>Also makes the first administrator, before anybody is there to ask.</summary>
    public async ValueTask<Result<User>> CreateAsync(string actor, NewUser user, CancellationToken cancellation)
    {
        if (UserName.Refuse(user.Name) is { } wrongName) return wrongName;
        string? hash = null;
        if (user.Password is not null)
        {
            if (PasswordRules.Refuse(user.Password) is { } wrongPassword) return wrongPassword;
            if (!(await passwords.HashAsync(user.Password, cancellation)).TryGet(out hash, out var busy)) return busy;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        var grant = new Grant(user.Role, user.Scope);
        return await database.WriteAsync<User>(
            async session =>
            {
                if (await UserTable.CountAsync(session) >= options.UsersMax)
                    return Error.Precondition($"There are {options.UsersMax:N0} users already, the most there can be. Delete one first.");
                if (await WhyNoScopeAsync(session, grant.Scope) is { } nowhere) return nowhere;
                if (await UserTable.InsertAsync(session, user.Name, hash, now) is not { } number)
                    return Error.Exists($"There is a user '{user.Name}' already. Choose another name, or change that user.");
                if (user.Role is not Role.None) await UserTable.GrantAsync(session, number, grant);
                await audit.AppendAsync(session, new AuditEntry(actor, "user.create", Subject(user.Name), After: Describe(grant)), origin);
                session.AfterCommit(credentials.Forget);
                return new User(number, user.Name, false, now, user.Role is Role.None ? [] : [grant]);
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> ChangePasswordAsync(
        Principal caller, string name, PasswordChange change, CancellationToken cancellation)
    {
        if (PasswordRules.Refuse(change.New) is { } wrong) return wrong;
        if (await WhyNotPasswordAsync(caller, name, change.Current, cancellation) is { } refusal) return refusal;
        if (!(await passwords.HashAsync(change.New, cancellation)).TryGet(out var hash, out var busy)) return busy;
        return await ChangeAsync(
            caller,
            name,
            async (session, user) =>
            {
                await UserTable.SetPasswordAsync(session, user.Number, hash);
                return new AuditEntry(caller.Name, "user.password", Subject(name));
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> SetDisabledAsync(Principal caller, string name, bool isDisabled, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (isDisabled && name == caller.Name) return Error.Precondition("You cannot disable yourself; ask another administrator.");
        return await ChangeAsync(
            caller,
            name,
            async (session, user) =>
            {
                await UserTable.SetDisabledAsync(session, user.Number, isDisabled);
                return new AuditEntry(caller.Name, isDisabled ? "user.disable" : "user.enable", Subject(name));
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> GrantAsync(Principal caller, string name, Grant grant, CancellationToken cancellation) =>
        (await GrantAsync(caller, name, grant, static _ => null, cancellation)).Map(static _ => Done.Value);

    public async ValueTask<Result<ScopedRole>> GrantAsync(
        Principal caller, string name, Grant grant, Func<ScopedRole, Error?> refuse, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, grant.Scope) is { } refusal) return refusal;
        ScopedRole? held = null;
        var changed = await ChangeAsync(
            caller,
            name,
            async (session, user) =>
            {
                held = await UserTable.RoleOnAsync(session, user.Number, grant.Scope);
                if (refuse(held) is { } refused) return refused;
                if (grant.Role is not Role.None && held.Role is Role.None)
                {
                    if (await WhyNoScopeAsync(session, grant.Scope) is { } nowhere) return nowhere;
                    if (await UserTable.CountGrantsAsync(session, user.Number) >= options.GrantsMax)
                        return Error.Precondition(
                            $"'{name}' has roles on {options.GrantsMax:N0} scopes, the most there can be. Grant one on a project instead.");
                }

                await UserTable.GrantAsync(session, user.Number, grant);
                var before = Describe(new Grant(held.Role, grant.Scope));
                return new AuditEntry(caller.Name, "user.grant", Subject(name), before, Describe(grant));
            },
            cancellation);
        return changed.Error is { } error ? error : held!;
    }

    public async ValueTask<Result<ScopedRole>> RoleOnAsync(
        Principal caller, string name, Scope scope, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, scope) is { } refusal) return refusal;
        if (!UserName.IsPossible(name)) return Unknown(name);
        return await database.ReadAsync<Result<ScopedRole>>(
            async session => await UserTable.FindAsync(session, name) is { } user
                ? await UserTable.RoleOnAsync(session, user.Number, scope)
                : Unknown(name),
            cancellation);
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (name == caller.Name) return Error.Precondition("You cannot delete yourself; ask another administrator.");
        return await ChangeAsync(
            caller,
            name,
            async (session, user) =>
            {
                await UserTable.DeleteAsync(session, user.Number);
                return new AuditEntry(caller.Name, "user.delete", Subject(name));
            },
            cancellation);
    }

    /// <summary>
    /// A stolen token or cookie must not turn itself into a password: whoever changes their own proves the old one, by this very request
    /// or in it. Administrators may set anybody's.
    /// </summary>
    private async ValueTask<Error?> WhyNotPasswordAsync(Principal caller, string name, string? current, CancellationToken cancellation)
    {
        if (caller.Can(Permission.Administer, Scope.Server)) return null;
        if (name != caller.Name || caller.Kind is not PrincipalKind.User) return caller.Refuse(Permission.Administer, Scope.Server);
        if (caller.Proof.Kind is ProofKind.Password) return null;
        if (current is null)
            return Error.Invalid("Send your present password as well: a token or a cookie alone cannot change it.", "currentPassword");
        var entered = await passwords.EnterAsync(cancellation);
        if (!entered.TryGet(out var turn, out var busy)) return busy;
        using (turn)
        {
            var right = await passwords.CheckAsync(name, current, cancellation);
            return right.Error is { Code: ErrorCode.Unauthenticated }
                ? Error.Denied("Your present password is another one. An administrator can set a new one: weigh users password " + name)
                : right.Error;
        }
    }

    private async ValueTask<Result<Done>> ChangeAsync(
        Principal caller, string name, Func<DbSession, StoredUser, ValueTask<Result<AuditEntry>>> change, CancellationToken cancellation)
    {
        if (!UserName.IsPossible(name)) return Unknown(name);
        var origin = audit.Origin();
        return await database.WriteAsync<Done>(
            async session =>
            {
                if (await UserTable.FindAsync(session, name) is not { } user) return Unknown(name);
                var administrators = await UserTable.CountServerAdminsAsync(session);
                if (!(await change(session, user)).TryGet(out var entry, out var error)) return error;
                if (administrators > 0 && await UserTable.CountServerAdminsAsync(session) == 0)
                    return Error.Precondition(
                        $"'{name}' is the last active administrator of the server. Make another first: weigh users grant NAME admin '*'.");
                await audit.AppendAsync(session, entry, origin);
                session.AfterCommit(credentials.Forget);
                return Done.Ok;
            },
            cancellation);
    }

    private static async ValueTask<Error?> WhyNoScopeAsync(DbSession session, Scope scope) =>
        scope.Project is null || await ProjectTable.ExistsAsync(session, scope.Project)
            ? null
            : Error.Invalid($"There is no project '{scope.Project}'. Create it first: weigh projects create {scope.Project}", "scope");

    private static string Subject(string name) => "user:" + name;

    private static string Describe(Grant grant) => JsonSerializer.Serialize(GrantView.Of(grant), AccessJson.Default.GrantView);

    private static Error Unknown(string name) => Error.NotFound($"There is no user '{PlainText.Cut(name, 100)}'.");
}
