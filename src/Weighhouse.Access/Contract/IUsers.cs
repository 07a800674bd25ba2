using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <param name="Number">For protocols that count users; never another user's, also when the name comes back.</param>
public sealed record User(long Number, string Name, bool IsDisabled, long CreatedMs, IReadOnlyList<Grant> Grants);

/// <param name="Password">Null for a user who signs in by token only.</param>
public sealed record NewUser(string Name, string? Password, Role Role, Scope Scope);

/// <param name="Current">The password until now. Who changes their own without having signed in by it just then must send it.</param>
public sealed record PasswordChange(string New, string? Current = null);

/// <summary>What a user holds on one scope.</summary>
/// <param name="User">The user's number.</param>
/// <param name="Role">The role granted on exactly this scope; <see cref="Kernel.Role.None"/> when none is.</param>
/// <param name="Wider">The roles on scopes around it, which reach into it whatever is granted here.</param>
public sealed record ScopedRole(long User, Role Role, IReadOnlyList<Grant> Wider);

/// <summary>Users and what they may do. Administrators only, except <see cref="ChangePasswordAsync"/> of oneself.</summary>
public interface IUsers
{
    ValueTask<Result<IReadOnlyList<User>>> ListAsync(Principal caller, CancellationToken cancellation);

    ValueTask<Result<User>> GetAsync(Principal caller, string name, CancellationToken cancellation);

    ValueTask<Result<User>> CreateAsync(Principal caller, NewUser user, CancellationToken cancellation);

    ValueTask<Result<Done>> ChangePasswordAsync(Principal caller, string name, PasswordChange change, CancellationToken cancellation);

    /// <summary>A disabled user keeps name, history and grants, and gets in nowhere.</summary>
    ValueTask<Result<Done>> SetDisabledAsync(Principal caller, string name, bool isDisabled, CancellationToken cancellation);

    /// <summary>Sets the user's role on a scope; <see cref="Role.None"/> takes it away. An administrator of the scope may.</summary>
    ValueTask<Result<Done>> GrantAsync(Principal caller, string name, Grant grant, CancellationToken cancellation);

    /// <summary>
    /// The same, unless <paramref name="refuse"/> answers with an error to what the user holds until then: asked in the same transaction,
    /// perhaps more than once. Returns what it was asked about.
    /// </summary>
    ValueTask<Result<ScopedRole>> GrantAsync(
        Principal caller, string name, Grant grant, Func<ScopedRole, Error?> refuse, CancellationToken cancellation);

    /// <summary>What the user holds on a scope. An administrator of the scope may ask.</summary>
    ValueTask<Result<ScopedRole>> RoleOnAsync(Principal caller, string name, Scope scope, CancellationToken cancellation);

    /// <summary>
    /// Takes the user with tokens, sessions and roles out; what they did stays theirs by name. Disabling is better where the name must
    /// not come back as somebody else.
    /// </summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation);
}
