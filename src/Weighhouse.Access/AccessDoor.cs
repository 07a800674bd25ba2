using System.Net;
using Microsoft.Extensions.Logging;
using Weighhouse.Access.Sessions;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

internal sealed class AccessDoor(
    IDatabase database, UserService users, SignInLinks links, AccessSettings settings, TimeProvider time, ILogger<AccessDoor> logger)
    : IAccessDoor
{
    /// <summary>Who the audit log names for what the server's settings ask for.</summary>
    public const string ConfigurationActor = "configuration";

    private const string FirstAdmin = "admin";

    public async ValueTask<Result<Done>> CheckListenerAsync(IPAddress address, CancellationToken cancellation)
    {
        if (settings.FirstAdminPassword is { } password && await CreateFirstAdminAsync(password, cancellation) is { } error) return error;
        if (IPAddress.IsLoopback(address)) return Done.Ok;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (await database.ReadAsync(session => UserTable.CanSomebodySignInAsync(session, now), cancellation)) return Done.Ok;
        return Error.Precondition(
            $"Refusing to listen on {address}: others could reach the server and nobody could sign in. "
            + "Start it once on loopback (weigh up), run 'weigh users create NAME --role admin', then start it here again; "
            + "or set WEIGH_ADMIN_PASSWORD for a first user 'admin'.");
    }

    public string CreateSignInLink() => LoggedPath.SecretPrefix + links.Create();

    private async ValueTask<Error?> CreateFirstAdminAsync(string password, CancellationToken cancellation)
    {
        if (await database.ReadAsync(UserTable.CountAsync, cancellation) > 0) return null;
        var admin = new NewUser(FirstAdmin, password, Role.Admin, Scope.Server);
        var created = await users.CreateAsync(ConfigurationActor, admin, cancellation);
        // Replicas that start together all try; one is enough.
        if (created.Error is { Code: not ErrorCode.AlreadyExists } error) return error;
        if (!created.IsFailure) AccessLog.FirstAdminCreated(logger, FirstAdmin);
        return null;
    }
}
