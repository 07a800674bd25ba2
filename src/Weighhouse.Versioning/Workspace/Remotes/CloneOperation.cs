using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <param name="Revision">What to have in the folder; null for the branch that the source's folder is on.</param>
/// <param name="Only">The paths to have there; empty for all.</param>
internal sealed record CloneSource(string Address, string? Revision, IReadOnlyList<string> Only);

/// <summary>Fills a new workspace from another one.</summary>
internal static class CloneOperation
{
    public static async ValueTask<Result<CheckoutOutcome>> RunAsync(
        WorkspaceSession session, CloneSource source, WorkProgress progress, CancellationToken cancellation)
    {
        if (session.Head.Commit is not null) return Error.Precondition(
            $"{session.Folder.Root} has a history of its own. Clone into a new folder.");
        // One that was cut goes on where it was.
        if (!session.Configuration.Remotes.ContainsKey(RemoteNames.Origin)
            && RemoteNames.Change(session, RemoteNames.Origin, source.Address).Error is { } refusal) return refusal;
        var fetched = await new FetchOperation(session, progress).RunAsync(RemoteNames.Origin, cancellation);
        if (!fetched.TryGet(out var outcome, out var error)) return error;
        var branch = outcome.Branch ?? session.Head.Branch;
        session.Save(session.Head with { Branch = branch });
        // A history without commits has nothing to check out.
        var refs = await RefOperation.ListAsync(session, $"{Revisions.Remotes}{RemoteNames.Origin}/", cancellation);
        if (!refs.TryGet(out var known, out error)) return error;
        if (known.Count == 0 && source.Revision is null) return new CheckoutOutcome(branch, null, 0, 0, 0);
        var request = new SwitchRequest(source.Revision ?? branch, null, false, source.Only.Count == 0 ? null : source.Only,
            session.Folder.Root);
        return await new SwitchOperation(session, request, progress).RunAsync(cancellation);
    }
}
