using Weighhouse.Kernel;

namespace Weighhouse.Access;

public sealed record AccessToken(long Id, string User, string Name, Role Ceiling, long CreatedMs, long? ExpiresMs, long? RevokedMs);

/// <param name="User">Null for the caller; naming another takes an administrator.</param>
/// <param name="Ceiling">The most the token may do, whatever its user may; null for what the caller may.</param>
/// <param name="Lifetime">Null for 90 days; at most 3,650 days. A token made with a token never outlives that one.</param>
public sealed record NewToken(string? User, string Name, Role? Ceiling = null, TimeSpan? Lifetime = null);

/// <summary>A token and its secret, which is never shown again.</summary>
public sealed record IssuedToken(AccessToken Token, string Secret);

public interface ITokens
{
    ValueTask<Result<IssuedToken>> IssueAsync(Principal caller, NewToken token, CancellationToken cancellation);

    /// <summary>The caller's own, or everybody's for an administrator.</summary>
    ValueTask<Result<IReadOnlyList<AccessToken>>> ListAsync(Principal caller, CancellationToken cancellation);

    ValueTask<Result<Done>> RevokeAsync(Principal caller, long id, CancellationToken cancellation);
}
