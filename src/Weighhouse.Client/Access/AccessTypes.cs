namespace Weighhouse.Client.Access;

/// <summary>A role (viewer, contributor, approver, deployer, admin; none takes it away) on a scope (*, project:NAME,
/// project:NAME/KIND:OBJECT).</summary>
public sealed record Grant(string Role, string Scope);

public sealed record Identity(string Name, string Kind, string Ceiling, IReadOnlyList<Grant> Grants);

public sealed record User(string Name, bool Disabled, long CreatedMs, IReadOnlyList<Grant> Grants);

/// <param name="Password">Null for a user who signs in by token only.</param>
/// <param name="Role">Null for viewer.</param>
/// <param name="Scope">Null for project:default.</param>
public sealed record NewUser(string Name, string? Password = null, string? Role = null, string? Scope = null);

/// <param name="CurrentPassword">Needed to change one's own password with a token.</param>
public sealed record UserChange(string? Password = null, bool? Disabled = null, string? CurrentPassword = null);

public sealed record Token(long Id, string User, string Name, string Ceiling, long CreatedMs, long? ExpiresMs, long? RevokedMs);

/// <param name="User">Null for yourself.</param>
/// <param name="Ceiling">The most the token may do; null for what you may.</param>
/// <param name="Days">Null for 90.</param>
public sealed record NewToken(string Name, string? User = null, string? Ceiling = null, double? Days = null);

public sealed record IssuedToken(Token Token, string Secret);

public sealed record Project(string Name, string Description, long CreatedMs);

public sealed record NewProject(string Name, string? Description = null);

public sealed record AuditRecord(
    long Number, long TimeMs, string Actor, string Action, string Subject, string? Before, string? After, string Address,
    string RequestId, string Hash);

public sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? NextToken);

/// <param name="BrokenAt">The first record that is missing or does not follow; null when the chain is whole.</param>
public sealed record AuditVerdict(long Records, long? BrokenAt, string HeadHash, string? Problem = null);

internal sealed record UserList(IReadOnlyList<User> Users);

internal sealed record TokenList(IReadOnlyList<Token> Tokens);

internal sealed record ProjectList(IReadOnlyList<Project> Projects);
