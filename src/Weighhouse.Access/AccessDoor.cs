using System.Net;
using Microsoft.Extensions.Logging;
using Weighhouse.Access.Sessions;
using Weighhouse.Access.Users;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

internal sealed class AccessDoor(
    IDatabase database, UserService users, SignInLinks links, AccessSettings settings, ILogger<AccessDoor> logger) : IAccessDoor
{
    private const string FirstAdmin = "admin";

    public async ValueTask<Result<Done>> CheckListenerAsync(IPAddress address, CancellationToken cancellation)
    {
        var hasUsers = await database.ReadAsync(UserTable.AnyAsync, cancellation);
        if (!hasUsers && settings.FirstAdminPassword is { } password)
        {
            var created = await users.CreateAsync(
                "configuration", new NewUser(FirstAdmin, password, Role.Admin, Scope.Server), cancellation);
            if (created.Error is { } error) return error;
            AccessLog.FirstAdminCreated(logger, FirstAdmin);
            hasUsers = true;
        }

        if (hasUsers || IPAddress.IsLoopback(address)) return Done.Ok;
        return Error.Precondition(
            $"Refusing to listen on {address}: others could reach the server and nobody could sign in. "
            + "Start it once on loopback (weigh up), run 'weigh users create NAME --role admin', then start it here again; "
            + "or set WEIGH_ADMIN_PASSWORD for a first user 'admin'.");
    }

    public string CreateSignInLink() => "/sign-in/link/" + links.Create();
}
