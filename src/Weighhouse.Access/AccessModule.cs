using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access.Audit;
using Weighhouse.Access.Door;
using Weighhouse.Access.Projects;
using Weighhouse.Access.Sessions;
using Weighhouse.Access.Tokens;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>Who may do what: users, tokens, sessions, roles, the door every request passes, and the audit log.</summary>
public static class AccessModule
{
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessSettings settings, AccessOptions? options = null)
    {
        services.AddSingleton(new MigrationSource("access", typeof(AccessModule).Assembly));
        services.AddSingleton(settings);
        services.AddSingleton(options ?? new AccessOptions());
        services.AddHttpContextAccessor();
        services.AddSingleton<CredentialCache>();
        services.AddSingleton<Lockout>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<PasswordChecks>();
        services.AddSingleton<BrowserGuard>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<AccessMiddleware>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<UserService>();
        services.AddSingleton<IUsers>(provider => provider.GetRequiredService<UserService>());
        services.AddSingleton<ITokens, TokenService>();
        services.AddSingleton<ISessions, SessionService>();
        services.AddSingleton<IProjects, ProjectService>();
        services.AddSingleton<IAccessDoor, AccessDoor>();
        return services;
    }

    /// <summary>Puts the door into the pipeline: after routing, before the endpoints.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AccessMiddleware>();

    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes)
    {
        AccessEndpoints.Map(routes);
        return routes;
    }
}
