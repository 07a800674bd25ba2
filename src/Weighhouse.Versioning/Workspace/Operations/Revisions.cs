using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>What people call commits: HEAD, a branch, a tag, origin/main, an id, with ~N and ^N behind.</summary>
internal static class Revisions
{
    /// <summary>Where the branches of remotes are kept, as hidden refs.</summary>
    public const string Remotes = "remotes/";

    private const string Head = "HEAD";

    /// <summary>Says in whole names what stands for something of this workspace.</summary>
    public static string Expand(WorkspaceSession session, string revision)
    {
        var end = revision.AsSpan().IndexOfAny('~', '^');
        var (name, steps) = end < 0 ? (revision, "") : (revision[..end], revision[end..]);
        if (name is Head or "@" && session.Head.Commit is { } head) return head + steps;
        return session.Configuration.Remotes.Keys.Any(remote => name.StartsWith(remote + "/", StringComparison.Ordinal))
            ? Remotes + name + steps
            : revision;
    }

    /// <summary>The commit meant; the head's own needs no history to be asked.</summary>
    public static async ValueTask<Result<NamedCommit>> ResolveAsync(
        WorkspaceSession session, string revision, CancellationToken cancellation)
    {
        if (revision is Head or "@")
        {
            return session.Head.Commit is { } at
                ? Load(session, at)
                : Error.NotFound("There is no commit yet. Make one: weigh commit -m \"the first\"");
        }

        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var found = await graph.Refs.ResolveAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Expand(session, revision),
                cancellation);
            return found.TryGet(out var commit, out error) ? Load(session, commit) : error;
        }
    }

    public static Result<NamedCommit> Load(WorkspaceSession session, Digest commit) =>
        CommitCodec.Load(session.Store, commit).Map(loaded => new NamedCommit(commit, loaded));
}
