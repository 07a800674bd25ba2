using System.ComponentModel;
using Weighhouse.Access.Users;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

internal sealed record GrantView(
    [property: Description("viewer, contributor, approver, deployer, admin; none takes the grant away")] string Role,
    [property: Description("*, project:NAME or project:NAME/KIND:OBJECT")] string Scope)
{
    public static GrantView Of(Grant grant) => new(grant.Role.ToString().ToLowerInvariant(), grant.Scope.ToString());

    public Result<Grant> ToGrant()
    {
        if (!Enum.TryParse<Role>(Role, ignoreCase: true, out var role) || !Enum.IsDefined(role))
            return Error.Invalid($"'{Role}' is not a role: use viewer, contributor, approver, deployer, admin or none.", "role");
        return ScopeText.Parse(Scope).Map(scope => new Grant(role, scope));
    }
}

internal sealed record WhoAmI(string Name, string Kind, string Ceiling, IReadOnlyList<GrantView> Grants)
{
    public static WhoAmI Of(Principal principal) => new(
        principal.Name, principal.Kind.ToString().ToLowerInvariant(), principal.Ceiling.ToString().ToLowerInvariant(),
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

internal sealed record ChangeUserRequest(string? Password, bool? Disabled);

internal sealed record TokenView(long Id, string User, string Name, string Ceiling, long CreatedMs, long? ExpiresMs, long? RevokedMs)
{
    public static TokenView Of(AccessToken token) => new(
        token.Id, token.User, token.Name, token.Ceiling.ToString().ToLowerInvariant(), token.CreatedMs, token.ExpiresMs, token.RevokedMs);
}

internal sealed record TokenList(IReadOnlyList<TokenView> Tokens);

internal sealed record CreateTokenRequest(
    string Name,
    [property: Description("Whose token; yours when absent")] string? User,
    [property: Description(
    "The most the token may do: viewer, contributor, approver, deployer, admin (default: what its user may)")] string? Ceiling,
    [property: Description("Days until it expires; 90 when absent")] double? Days);

internal sealed record IssuedTokenView(TokenView Token, [property: Description("Shown this once only")] string Secret);

internal sealed record ProjectView(string Name, string Description, long CreatedMs)
{
    public static ProjectView Of(Project project) => new(project.Name, project.Description, project.CreatedMs);
}

internal sealed record ProjectList(IReadOnlyList<ProjectView> Projects);

internal sealed record CreateProjectRequest(string Name, string? Description);

internal sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? NextToken);
