using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Lineage;

/// <summary>The rows of edges, inside a session.</summary>
internal static class EdgeTable
{
    private static readonly SqlText AddEdge = VersioningSql.Catalog["AddEdge"];
    private static readonly SqlText ListEdgesInto = VersioningSql.Catalog["ListEdgesInto"];
    private static readonly SqlText ListEdgesFrom = VersioningSql.Catalog["ListEdgesFrom"];

    public static async ValueTask AddAsync(
        DbSession session, string project, IReadOnlyList<LineageEdge> edges, string actor, long nowMs)
    {
        if (edges.Count == 0) return;
        await session.ExecuteManyAsync(AddEdge, edges, (statement, edge) => statement
            .Bind("project", project).Bind("source", edge.Source).Bind("relation", edge.Relation).Bind("destination", edge.Destination)
            .Bind("at_ms", nowMs).Bind("actor", actor));
    }

    /// <summary>The edges that end at one of the nodes, or begin there.</summary>
    public static ValueTask<List<RecordedEdge>> ListAsync(DbSession session, bool isBackward, IReadOnlyList<string> nodes, int count) =>
        session.Prepare(isBackward ? ListEdgesInto : ListEdgesFrom)
            .Bind("nodes", JsonSerializer.Serialize(nodes, VersioningJson.Default.IReadOnlyListString)).Bind("count", count)
            .ListAsync(static row => new RecordedEdge(
                row.Text(0), new LineageEdge(row.Text(1), row.Text(2), row.Text(3)), row.Long(4), row.Text(5)));
}
