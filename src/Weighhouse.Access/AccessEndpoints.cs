using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access.Users;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>The native API of users, tokens, projects and the audit log.</summary>
internal static class AccessEndpoints
{
    private const int AuditPageSize = 100;
    private const int AuditPageSizeMax = 1_000;

    /// <summary>Only keeps the number a possible length of time; the limit itself is the option TokenLifetimeMax.</summary>
    private const double DaysMax = 100_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Access");
        api.MapGet("/whoami", WhoAmIAsync).WithMetadata(Policy.SignedIn).WithSummary("Who the server takes you for, and what you may do")
            .Produces<WhoAmI>();
        MapUsers(api);
        MapTokens(api);
        api.MapGet("/projects", ListProjectsAsync).WithMetadata(Policy.View).WithSummary("List projects").Produces<ProjectList>();
        api.MapPost("/projects", CreateProjectAsync).WithMetadata(Policy.Administer).WithSummary("Create a project")
            .Accepts<CreateProjectRequest>("application/json").Produces<ProjectView>(StatusCodes.Status201Created);
        api.MapGet("/audit", ListAuditAsync).WithMetadata(Policy.Administer).WithSummary("Read the audit log, newest first")
            .Produces<AuditPage>();
        api.MapGet("/audit/verify", VerifyAuditAsync).WithMetadata(Policy.Administer).WithSummary("Recompute the audit log's hash chain")
            .Produces<AuditVerdict>();
    }

    private static void MapUsers(RouteGroupBuilder api)
    {
        api.MapGet("/users", ListUsersAsync).WithMetadata(Policy.Administer).WithSummary("List users and their roles").Produces<UserList>();
        api.MapPost("/users", CreateUserAsync).WithMetadata(Policy.Administer).WithSummary("Create a user")
            .Accepts<CreateUserRequest>("application/json").Produces<UserView>(StatusCodes.Status201Created);
        api.MapGet("/users/{name}", GetUserAsync).WithMetadata(Policy.SignedIn).WithSummary("Read a user").Produces<UserView>();
        api.MapPatch("/users/{name}", ChangeUserAsync).WithMetadata(Policy.SignedIn)
            .WithSummary("Change a password, disable or enable a user")
            .Accepts<ChangeUserRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/users/{name}", DeleteUserAsync).WithMetadata(Policy.Administer).WithSummary("Delete a user with tokens and roles")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPut("/users/{name}/grants", GrantAsync).WithMetadata(Policy.Administer)
            .WithSummary("Give a role on a scope, or take it away")
            .Accepts<GrantView>("application/json").Produces(StatusCodes.Status204NoContent);
    }

    private static void MapTokens(RouteGroupBuilder api)
    {
        api.MapGet("/tokens", ListTokensAsync).WithMetadata(Policy.SignedIn).WithSummary("List tokens: yours, or all for an administrator")
            .Produces<TokenList>();
        api.MapPost("/tokens", IssueTokenAsync).WithMetadata(Policy.SignedIn).WithSummary("Make a token; its secret is shown once")
            .Accepts<CreateTokenRequest>("application/json").Produces<IssuedTokenView>(StatusCodes.Status201Created);
        api.MapDelete("/tokens/{id:long}", RevokeTokenAsync).WithMetadata(Policy.SignedIn).WithSummary("Revoke a token")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static IResult WhoAmIAsync(HttpContext context) => Results.Json(WhoAmI.Of(context.Caller()), AccessJson.Default.WhoAmI);

    private static async Task<IResult> ListUsersAsync(HttpContext context, IUsers users)
    {
        var listed = await users.ListAsync(context.Caller(), context.RequestAborted);
        return ApiResult.Ok(listed.Map(list => new UserList([.. list.Select(UserView.Of)])), AccessJson.Default.UserList);
    }

    private static async Task<IResult> GetUserAsync(HttpContext context, IUsers users, string name) =>
        ApiResult.Ok((await users.GetAsync(context.Caller(), name, context.RequestAborted)).Map(UserView.Of), AccessJson.Default.UserView);

    private static async Task<IResult> CreateUserAsync(HttpContext context, IUsers users)
    {
        var read = await JsonBody.ReadAsync(context, AccessJson.Default.CreateUserRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var parsed = new GrantView(request.Role ?? "viewer", request.Scope ?? Scope.OfProject(Scope.DefaultProject).ToString()).ToGrant();
        if (!parsed.TryGet(out var grant, out error)) return ApiProblem.From(error);
        var created = await users.CreateAsync(
            context.Caller(), new NewUser(request.Name ?? "", request.Password, grant.Role, grant.Scope), context.RequestAborted);
        return ApiResult.Created(
            created.Map(UserView.Of), AccessJson.Default.UserView, user => "/api/v1/users/" + Uri.EscapeDataString(user.Name));
    }

    private static async Task<IResult> ChangeUserAsync(HttpContext context, IUsers users, string name)
    {
        var read = await JsonBody.ReadAsync(context, AccessJson.Default.ChangeUserRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (request.Password is null && request.Disabled is null)
            return ApiProblem.From(Error.Invalid("Nothing to change: send password, disabled or both."));
        var changed = Done.Ok;
        if (request.Password is not null)
            changed = await users.ChangePasswordAsync(
                context.Caller(), name, new PasswordChange(request.Password, request.CurrentPassword), context.RequestAborted);
        if (!changed.IsFailure && request.Disabled is { } disabled)
            changed = await users.SetDisabledAsync(context.Caller(), name, disabled, context.RequestAborted);
        return ApiResult.Empty(changed);
    }

    private static async Task<IResult> DeleteUserAsync(HttpContext context, IUsers users, string name) =>
        ApiResult.Empty(await users.DeleteAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> GrantAsync(HttpContext context, IUsers users, string name)
    {
        var read = await JsonBody.ReadAsync(context, AccessJson.Default.GrantView);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        return request.ToGrant().TryGet(out var grant, out error)
            ? ApiResult.Empty(await users.GrantAsync(context.Caller(), name, grant, context.RequestAborted))
            : ApiProblem.From(error);
    }

    private static async Task<IResult> ListTokensAsync(HttpContext context, ITokens tokens)
    {
        var listed = await tokens.ListAsync(context.Caller(), context.RequestAborted);
        return ApiResult.Ok(listed.Map(list => new TokenList([.. list.Select(TokenView.Of)])), AccessJson.Default.TokenList);
    }

    private static async Task<IResult> IssueTokenAsync(HttpContext context, ITokens tokens)
    {
        var read = await JsonBody.ReadAsync(context, AccessJson.Default.CreateTokenRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        Role? ceiling = null;
        if (request.Ceiling is not null)
        {
            if (!RoleText.Parse(request.Ceiling, "ceiling").TryGet(out var named, out error)) return ApiProblem.From(error);
            ceiling = named;
        }

        if (request.Days is { } days && !(days > 0 && days <= DaysMax))
            return ApiProblem.From(Error.Invalid($"days is {days}; it must be above 0 and at most {DaysMax:N0}.", "days"));
        var lifetime = request.Days is null ? (TimeSpan?)null : TimeSpan.FromDays(request.Days.Value);
        var issued = await tokens.IssueAsync(
            context.Caller(), new NewToken(request.User, request.Name ?? "", ceiling, lifetime), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return ApiResult.Created(
            issued.Map(issue => new IssuedTokenView(TokenView.Of(issue.Token), issue.Secret)),
            AccessJson.Default.IssuedTokenView,
            view => $"/api/v1/tokens/{view.Token.Id}");
    }

    private static async Task<IResult> RevokeTokenAsync(HttpContext context, ITokens tokens, long id) =>
        ApiResult.Empty(await tokens.RevokeAsync(context.Caller(), id, context.RequestAborted));

    private static async Task<IResult> ListProjectsAsync(HttpContext context, IProjects projects)
    {
        var listed = await projects.ListAsync(context.Caller(), context.RequestAborted);
        return ApiResult.Ok(listed.Map(list => new ProjectList([.. list.Select(ProjectView.Of)])), AccessJson.Default.ProjectList);
    }

    private static async Task<IResult> CreateProjectAsync(HttpContext context, IProjects projects)
    {
        var read = await JsonBody.ReadAsync(context, AccessJson.Default.CreateProjectRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var created = await projects.CreateAsync(context.Caller(), request.Name ?? "", request.Description ?? "", context.RequestAborted);
        return ApiResult.Created(
            created.Map(ProjectView.Of), AccessJson.Default.ProjectView, project => "/api/v1/projects/" + project.Name);
    }

    private static async Task<IResult> ListAuditAsync(HttpContext context, IAuditTrail trail)
    {
        if (!context.Request.Query.Page(AuditPageSize, AuditPageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var listed = await trail.ListAsync(context.Caller(), page, context.RequestAborted);
        return ApiResult.Ok(listed.Map(list => new AuditPage(list.Items, list.NextToken)), AccessJson.Default.AuditPage);
    }

    private static async Task<IResult> VerifyAuditAsync(HttpContext context, IAuditTrail trail) =>
        ApiResult.Ok(await trail.VerifyAsync(context.Caller(), context.RequestAborted), AccessJson.Default.AuditVerdict);
}
