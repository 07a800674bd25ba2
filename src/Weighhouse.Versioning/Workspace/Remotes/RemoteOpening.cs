using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Remotes.Server;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Opens the other side of an exchange, whichever kind its address names.</summary>
internal static class RemoteOpening
{
    /// <param name="mayCreate">Whether a repository that a server does not have is made.</param>
    public static async ValueTask<Result<IRemote>> OpenAsync(
        WorkspaceSession session, (string Name, string Address) remote, bool mayCreate, WorkProgress progress,
        CancellationToken cancellation)
    {
        if (RemoteAddress.IsServer(remote.Address))
        {
            if (!RemoteAddress.Parse(remote.Address).TryGet(out var address, out var mistake)) return mistake;
            var server = new ServerRemote(session, remote.Name, new ServerDoor(address, session.Environment), progress);
            if ((await server.EnterAsync(mayCreate, cancellation)).Error is not { } refusal) return server;
            await server.DisposeAsync();
            return refusal;
        }

        if (!FolderRemote.Locate(session.Folder.Root, remote.Address).TryGet(out var folder, out var error)) return error;
        var opened = await WorkspaceSession.OpenAsync(folder, session.Environment, write: false, cancellation);
        return opened.Map<IRemote>(theirs => new FolderRemote(session, theirs, progress));
    }

    /// <summary>Whether there is a workspace or a repository at an address, before anything is made to hold a copy of it.</summary>
    /// <returns>What to call the copy.</returns>
    public static async ValueTask<Result<string>> ReachAsync(
        string address, string from, WorkspaceEnvironment environment, CancellationToken cancellation)
    {
        if (!RemoteAddress.IsServer(address))
            return FolderRemote.Locate(from, address).Map(static folder => Path.GetFileName(folder.Root.TrimEnd('/')));
        if (!RemoteAddress.Parse(address).TryGet(out var parsed, out var mistake)) return mistake;
        using var door = new ServerDoor(parsed, environment);
        return (await door.DescribeAsync(cancellation)).Map(_ => parsed.Name);
    }
}
