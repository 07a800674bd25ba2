using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>
/// One step of where something comes from: <c>commit:4f…</c> <c>trained</c> <c>run:91…</c>. Nodes are <c>kind:id</c>; kinds are
/// commit, run, step, dataset, model, evaluation, approval, deployment, prediction, label, alert and whatever follows.
/// </summary>
/// <param name="Source">What it came from.</param>
/// <param name="Destination">What came of it.</param>
public sealed record LineageEdge(string Source, string Relation, string Destination);

/// <param name="Project">Who may view this project sees the edge.</param>
public sealed record RecordedEdge(string Project, LineageEdge Edge, long AtMs, string Actor);

/// <param name="Distance">Steps from the node that was asked for; 0 is that node.</param>
public readonly record struct LineageNode(string Node, int Distance);

/// <param name="IsCut">Whether there is more than was asked for, or than may be asked for.</param>
public sealed record LineageGraph(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<RecordedEdge> Edges, bool IsCut);

/// <summary>The edges between everything that happens, written where it happens.</summary>
public interface ILineage
{
    /// <summary>Adds edges; those that are there already stay as they are. Needs the right to contribute to the project.</summary>
    ValueTask<Result<Done>> RecordAsync(
        Principal caller, string project, IReadOnlyList<LineageEdge> edges, CancellationToken cancellation);

    /// <summary>What the node came from, and what that came from, nearest first.</summary>
    ValueTask<Result<LineageGraph>> WhyAsync(Principal caller, string node, int distanceMax, CancellationToken cancellation);

    /// <summary>What came of the node, and what came of that, nearest first.</summary>
    ValueTask<Result<LineageGraph>> ImpactAsync(Principal caller, string node, int distanceMax, CancellationToken cancellation);
}
