using System.Collections.Concurrent;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>Whose rules a path obeys: the first segment is an experiment's id; a path outside every experiment is the server's
/// own.</summary>
internal sealed class ArtifactScopes(IDatabase database)
{
    /// <summary>An experiment never changes its project, so that what is known stays true; more than this starts over.</summary>
    private const int KnownMax = 10_000;

    private readonly ConcurrentDictionary<ExperimentId, Scope> _known = new();

    public async ValueTask<Error?> RefuseAsync(Principal caller, Permission permission, ArtifactPath path, CancellationToken cancellation)
    {
        var first = path.Text.AsSpan();
        var slash = first.IndexOf('/');
        if (slash >= 0) first = first[..slash];
        if (!ExperimentId.TryParse(first.ToString(), out var id)) return caller.Refuse(permission, Scope.Server);
        if (!_known.TryGetValue(id, out var scope))
        {
            var project = await database.ReadAsync(session => ExperimentTable.ProjectOfAsync(session, id), cancellation);
            // Not yet an experiment: do not remember, it may become one.
            if (project is null) return caller.Refuse(permission, Scope.Server);
            scope = Scope.Experiment(project, id);
            if (_known.Count >= KnownMax) _known.Clear();
            _known[id] = scope;
        }

        return caller.Refuse(permission, scope);
    }
}
