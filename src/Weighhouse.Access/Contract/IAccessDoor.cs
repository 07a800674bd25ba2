using System.Net;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>What the host asks of the access module when it starts.</summary>
public interface IAccessDoor
{
    /// <summary>Refuses a listener others can reach while nobody could sign in.</summary>
    ValueTask<Result<Done>> CheckListenerAsync(IPAddress address, CancellationToken cancellation);

    /// <summary>A path with a secret that signs whoever opens it first in as administrator; good for 15 minutes, once.</summary>
    string CreateSignInLink();
}

/// <summary>What the server's settings say about access.</summary>
/// <param name="SignInRequired">False: whoever connects over loopback is the local administrator.</param>
/// <param name="HostNames">Names under which browsers may reach the server besides loopback names and the listen address.</param>
/// <param name="FirstAdminPassword">Creates the user "admin" with this password when there is no user yet; null for none.</param>
public sealed record AccessSettings(IPAddress Listen, bool SignInRequired, IReadOnlyList<string> HostNames, string? FirstAdminPassword)
{
    /// <summary>On loopback only as asked; anywhere else always.</summary>
    public bool EverybodySignsIn => SignInRequired || !IPAddress.IsLoopback(Listen);
}
