using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Lineage;

internal sealed class LineageService(IDatabase database, TimeProvider time, VersioningOptions options) : ILineage
{
    /// <summary>Nodes of one statement.</summary>
    private const int NodesAtOnce = 500;

    public async ValueTask<Result<Done>> RecordAsync(
        Principal caller, string project, IReadOnlyList<LineageEdge> edges, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Contribute, Scope.OfProject(project)) is { } denied) return denied;
        if (edges.Count > options.EdgesPerRequestMax)
            return Error.Invalid($"At most {options.EdgesPerRequestMax} edges are added at once; these are {edges.Count}.", "edges");
        foreach (var edge in edges)
            if (EdgeRules.Refuse(edge) is { } refusal) return refusal;
        return await database.WriteAsync<Done>(
            async session =>
            {
                await EdgeTable.AddAsync(session, project, edges, caller.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<LineageGraph>> WhyAsync(
        Principal caller, string node, int distanceMax, CancellationToken cancellation) =>
        WalkAsync(caller, node, distanceMax, isBackward: true, cancellation);

    public ValueTask<Result<LineageGraph>> ImpactAsync(
        Principal caller, string node, int distanceMax, CancellationToken cancellation) =>
        WalkAsync(caller, node, distanceMax, isBackward: false, cancellation);

    private async ValueTask<Result<LineageGraph>> WalkAsync(
        Principal caller, string start, int distanceMax, bool isBackward, CancellationToken cancellation)
    {
        if (EdgeRules.RefuseNode(start, "node") is { } refusal) return refusal;
        if (distanceMax < 1 || distanceMax > options.LineageDistanceMax)
            return Error.Invalid($"The distance is {distanceMax}; it must be from 1 to {options.LineageDistanceMax}.", "distance");
        return await database.ReadAsync<Result<LineageGraph>>(async session =>
        {
            var met = new Dictionary<string, int>(StringComparer.Ordinal) { [start] = 0 };
            var nodes = new List<LineageNode> { new(start, 0) };
            var edges = new List<RecordedEdge>();
            var isCut = false;
            List<string> level = [start];
            for (var distance = 1; level.Count > 0 && !isCut; distance++)
            {
                var next = new List<string>();
                foreach (var some in level.Chunk(NodesAtOnce))
                {
                    var room = options.LineageEdgesMax - edges.Count;
                    var found = await EdgeTable.ListAsync(session, isBackward, some, room + 1);
                    if (found.Count > room) isCut = true;
                    foreach (var edge in found.Take(room).Where(edge => caller.Can(Permission.View, Scope.OfProject(edge.Project))))
                    {
                        var end = isBackward ? edge.Edge.Source : edge.Edge.Destination;
                        // Beyond the distance asked for there is more: say so, and leave it out.
                        if (distance > distanceMax) isCut |= !met.ContainsKey(end);
                        if (distance > distanceMax && !met.ContainsKey(end)) continue;
                        edges.Add(edge);
                        if (!met.TryAdd(end, distance)) continue;
                        nodes.Add(new LineageNode(end, distance));
                        next.Add(end);
                    }
                }

                level = next;
            }

            return new LineageGraph(nodes, edges, isCut);
        }, cancellation);
    }
}
