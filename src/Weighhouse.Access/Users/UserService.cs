using System.Buffers;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

internal sealed class UserService(IDatabase database, AuditLog audit, CredentialCache credentials, TimeProvider time) : IUsers
{
    private const int NameLengthMax = 100;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+");

    public async ValueTask<Result<IReadOnlyList<User>>> ListAsync(Principal caller, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        return await database.ReadAsync<Result<IReadOnlyList<User>>>(async session =>
        {
            var users = new List<User>();
            foreach (var user in await UserTable.ListAsync(session))
                users.Add(user.With(await UserTable.GrantsAsync(session, user.Number)));
            return users;
        }, cancellation);
    }

    public async ValueTask<Result<User>> GetAsync(Principal caller, string name, CancellationToken cancellation)
    {
        if (name != caller.Name && caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        return await database.ReadAsync<Result<User>>(async session =>
            await UserTable.FindAsync(session, name) is { } user
                ? user.With(await UserTable.GrantsAsync(session, user.Number))
                : Unknown(name), cancellation);
    }

    public ValueTask<Result<User>> CreateAsync(Principal caller, NewUser user, CancellationToken cancellation) =>
        caller.Refuse(Permission.Administer, Scope.Server) is { } refusal
            ? ValueTask.FromResult<Result<User>>(refusal)
            : CreateAsync(caller.Name, user, cancellation);

    /// <summary>Also makes the first administrator, before anybody is there to ask.</summary>
    public async ValueTask<Result<User>> CreateAsync(string actor, NewUser user, CancellationToken cancellation)
    {
        if (CheckName(user.Name) is { } wrongName) return wrongName;
        if (user.Password is not null && CheckPassword(user.Password) is { } wrongPassword) return wrongPassword;
        var hash = user.Password is null ? null : PasswordHash.Make(user.Password);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var origin = audit.Origin();
        return await database.WriteAsync<User>(async session =>
        {
            if (await UserTable.FindAsync(session, user.Name) is not null)
                return Error.Exists($"There is a user '{user.Name}' already. Choose another name, or change that user.");
            var number = await UserTable.InsertAsync(session, user.Name, hash, now);
            var grant = new Grant(user.Role, user.Scope);
            if (user.Role is not Role.None) await UserTable.GrantAsync(session, number, grant);
            await audit.AppendAsync(session, new AuditEntry(actor, "user.create", "user:" + user.Name, After: Describe(grant)), origin);
            return new User(user.Name, false, now, user.Role is Role.None ? [] : [grant]);
        }, cancellation);
    }

    public async ValueTask<Result<Done>> ChangePasswordAsync(Principal caller, string name, string password, CancellationToken cancellation)
    {
        if (name != caller.Name && caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (CheckPassword(password) is { } wrong) return wrong;
        var hash = PasswordHash.Make(password);
        return await ChangeAsync(caller, name, "user.password", null, null,
            (session, user) => UserTable.SetPasswordAsync(session, user.Number, hash), cancellation);
    }

    public async ValueTask<Result<Done>> SetDisabledAsync(Principal caller, string name, bool isDisabled, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (isDisabled && name == caller.Name) return Error.Precondition("You cannot disable yourself; ask another administrator.");
        return await ChangeAsync(
            caller, name, isDisabled ? "user.disable" : "user.enable", null, null,
            (session, user) => UserTable.SetDisabledAsync(session, user.Number, isDisabled), cancellation);
    }

    public async ValueTask<Result<Done>> GrantAsync(Principal caller, string name, Grant grant, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, grant.Scope) is { } refusal) return refusal;
        return await ChangeAsync(
            caller, name, "user.grant", null, Describe(grant), (session, user) =>
                UserTable.GrantAsync(session, user.Number, grant), cancellation);
    }

    private async ValueTask<Result<Done>> ChangeAsync(
        Principal caller,
        string name,
        string action,
        string? before,
        string? after,
        Func<DbSession, StoredUser, ValueTask> change,
        CancellationToken cancellation)
    {
        var origin = audit.Origin();
        var changed = await database.WriteAsync<Done>(async session =>
        {
            if (await UserTable.FindAsync(session, name) is not { } user) return Unknown(name);
            await change(session, user);
            await audit.AppendAsync(session, new AuditEntry(caller.Name, action, "user:" + name, before, after), origin);
            return Done.Ok;
        }, cancellation);
        credentials.Clear();
        return changed;
    }

    private static string Describe(Grant grant) =>
        $$"""{"role":"{{grant.Role}}","scope":{{System.Text.Json.JsonSerializer.Serialize(grant.Scope.ToString(), AccessJson.Default.String)}}}""";

    private static Error Unknown(string name) => Error.NotFound($"There is no user '{name}'.");

    private static Error? CheckName(string name) =>
        name.Length is 0 or > NameLengthMax || name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? Error.Invalid($"A user name has 1 to {NameLengthMax} letters, digits or . _ - @ +.", "name")
            : null;

    private static Error? CheckPassword(string password) =>
        password.Length is < PasswordHash.LengthMin or > PasswordHash.LengthMax
            ? Error.Invalid($"A password has {PasswordHash.LengthMin} to {PasswordHash.LengthMax} characters.", "password")
            : null;
}
