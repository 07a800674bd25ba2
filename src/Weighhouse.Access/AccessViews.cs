using System.ComponentModel;
using Weighhouse.Access.Users;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

internal sealed record GrantView(
    [property: Description("viewer, contributor, approver, deployer, admin; none takes the grant away")] string Role,
    [property: Description("*, project:NAME or project:NAME/KIND:OBJECT")] string Scope)
{
    public static GrantView Of(Grant grant) => new(RoleText.Of(grant.Role), grant.Scope.ToString());

    public Result<Grant> ToGrant()
    {
        if (!RoleText.Parse(Role, "role", mayBeNone: true).TryGet(out var role, out var error)) return error;
        return ScopeText.Parse(Scope).Map(scope => new Grant(role, scope));
    }
}

internal sealed record WhoAmI(string Name, string Kind, string Ceiling, IReadOnlyList<GrantView> Grants)
{
    public static WhoAmI Of(Principal principal) => new(
        principal.Name,
        principal.Kind.ToString().ToLowerInvariant(),
        RoleText.Of(principal.Ceiling),
        [.. principal.Grants.Select(GrantView.Of)]);
}

internal sealed record UserView(string Name, bool Disabled, long CreatedMs, IReadOnlyList<GrantView> Grants)
{
    public static UserView Of(User user) => new(user.Name, user.IsDisabled, user.CreatedMs, [.. user.Grants.Select(GrantView.Of)]);
}

internal sealed record UserList(IReadOnlyList<UserView> Users);

internal sealed record CreateUserRequest(
    string Name,
    [property: Description("8 to 1,024 characters; absent for a user who signs in by token only")] string? Password,
    [property: Description("The first role; viewer when absent")] string? Role,
    [property: Description("The scope of the first role; project:default when absent")] string? Scope);

internal sealed record ChangeUserRequest(
    string? Password,
    [property: Description("Your present password, when you change your own with a token or a cookie")] string? CurrentPassword,
    bool? Disabled);

internal sealed record TokenView(long Id, string User, string Name, string Ceiling, long CreatedMs, long? ExpiresMs, long? RevokedMs)
{
    public static TokenView Of(AccessToken token) => new(
        token.Id, token.User, token.Name, RoleText.Of(token.Ceiling), token.CreatedMs, token.ExpiresMs, token.RevokedMs);
}

/// <summary>What the audit log keeps of a token.</summary>
internal sealed record TokenAudit(string User, string Name, string Ceiling, long? ExpiresMs);

internal sealed record TokenList(IReadOnlyList<TokenView> Tokens);

internal sealed record CreateTokenRequest(
    string Name,
    [property: Description("Whose token; yours when absent")] string? User,
    [property: Description("The most it may do: viewer, contributor, approver, deployer, admin; what you may when absent")] string? Ceiling,
    [property: Description("Days until it expires; 90 when absent")] double? Days);

internal sealed record IssuedTokenView(TokenView Token, [property: Description("Shown this once only")] string Secret);

internal sealed record ProjectView(string Name, string Description, long CreatedMs)
{
    public static ProjectView Of(Project project) => new(project.Name, project.Description, project.CreatedMs);
}

internal sealed record ProjectList(IReadOnlyList<ProjectView> Projects);

internal sealed record CreateProjectRequest(string Name, string? Description);

internal sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? NextToken);
