using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>
/// How far the present branch is from the one of its name at the remote it follows. What was found is kept in <c>upstream.json</c> until
/// either moves: a status must not open the history each time.
/// </summary>
internal static class Upstream
{
    /// <summary>Null where the branch follows none, and where another command is using the history.</summary>
    public static async ValueTask<UpstreamState?> FindAsync(WorkspaceSession session, CancellationToken cancellation)
    {
        if (session.Configuration.Remotes.Count == 0 || session.Head is not { Branch: { } branch, Commit: { } head }) return null;
        var remote = RemoteNames.DefaultFor(session, branch);
        if (Load(session) is { } kept && kept.Head == head.ToString() && kept.Name == $"{remote}/{branch}")
            return kept.Ahead is { } ahead && kept.Behind is { } behind ? new UpstreamState(kept.Name, ahead, behind) : null;
        if (!(await WorkspaceGraph.OpenNowAsync(session.Folder, session.Store, session.Time, cancellation)).TryGet(out var graph, out _))
            return null;
        await using (graph)
        {
            var found = await RefOperation.FindAsync(graph, $"{Revisions.Remotes}{remote}/{branch}", cancellation);
            if (!found.TryGet(out var reference, out _)) return null;
            Distance? distance = null;
            if (reference is not null)
            {
                var counted = await graph.Commits.DistanceAsync(
                    WorkspaceGraph.Caller, WorkspaceGraph.Repository, head, reference.Commit, cancellation);
                if (!counted.TryGet(out var known, out _)) return null;
                distance = known;
            }

            var state = new KeptUpstream($"{remote}/{branch}", head.ToString(), distance?.Ahead, distance?.Behind);
            Keep(session, state);
            return distance is { } far ? new UpstreamState(state.Name, far.Ahead, far.Behind) : null;
        }
    }

    /// <summary>After a branch of a remote has moved here.</summary>
    public static void Forget(WorkspaceSession session) => File.Delete(PathOf(session));

    /// <summary>A branch pushed by name to a remote that it would not go to by itself follows it from then on.</summary>
    public static async ValueTask<Result<Done>> AdoptAsync(
        WorkspaceSession session, string remote, IEnumerable<string> branches, CancellationToken cancellation)
    {
        var adopted = branches.Where(branch => !session.Configuration.Upstreams.ContainsKey(branch)
            && RemoteNames.DefaultFor(session, branch) != remote).ToList();
        if (adopted.Count == 0) return Done.Value;
        if (!(await WorkspaceLock.TakeAsync(session.Folder, session.Time, cancellation)).TryGet(out var held, out var busy)) return busy;
        using (held)
        {
            // Another command may have written it since this one began.
            if (!WorkspaceConfiguration.Load(session.Folder).TryGet(out var latest, out var error)) return error;
            var upstreams = new Dictionary<string, string>(latest.Upstreams, StringComparer.Ordinal);
            foreach (var branch in adopted) upstreams[branch] = remote;
            session.Save(latest with { Upstreams = upstreams });
            return Done.Value;
        }
    }

    private static string PathOf(WorkspaceSession session) => Path.Combine(session.Folder.Records, "upstream.json");

    private static KeptUpstream? Load(WorkspaceSession session)
    {
        try
        {
            return AtomicFile.ReadText(PathOf(session)) is { } text
                ? JsonSerializer.Deserialize(text, WorkspaceJson.Default.KeptUpstream) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // It only saves a question.
            return null;
        }
    }

    private static void Keep(WorkspaceSession session, KeptUpstream state)
    {
        try
        {
            AtomicFile.Write(
                PathOf(session), JsonSerializer.SerializeToUtf8Bytes(state, WorkspaceJson.Default.KeptUpstream), durable: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder may only be read, or two ask at once: the next one asks the history again.
        }
    }
}

/// <param name="Head">The commit that was compared.</param>
/// <param name="Ahead">Null where the remote has no branch of the name.</param>
internal sealed record KeptUpstream(string Name, string Head, long? Ahead, long? Behind);
